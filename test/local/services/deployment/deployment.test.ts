import { type ChainCloud, chainWorld, OPS, openChainCloud, outcomeOf } from '../../chain-cloud.ts';

const OWNER = 'user:owner@acme.com';
const STRANGER = 'user:stranger@acme.com';
const SERVICE = 'projects/acme-ops/locations/europe-west1/services/hopmint-mint';
const BOUNDARY = 'organizations/900000000001/locations/global/principalAccessBoundaryPolicies/ops';
const TARGET = encodeURIComponent('//cloudresourcemanager.googleapis.com/projects/700000000001');
const LIMITS = `filter=${encodeURIComponent('metric.type="serviceruntime.googleapis.com/quota/limit"')}`;
const DAY = 'interval.startTime=2026-11-21T00:00:00Z&interval.endTime=2026-11-22T12:00:00Z';

describe('A deployment', () => {
  let cloud: ChainCloud;
  beforeAll(async () => {
    const world = chainWorld();
    Object.assign(world.projects[0] as object, { services: ['run.googleapis.com'] });
    Object.assign(world.organization, {
      orgPolicies: { 'iam.disableServiceAccountKeyCreation': { enforce: true } },
    });
    world.organization.policy.bindings.push({
      role: 'roles/resourcemanager.organizationAdmin',
      members: [OWNER],
    });
    cloud = await openChainCloud({
      ...world,
      topics: ['projects/acme-ops/topics/hopmint-changed'],
      runServices: [
        {
          name: SERVICE,
          image: 'hopmint/functions@sha256:0a1b',
          serviceAccount: `minter@${OPS}`,
          ingress: 'internal',
          urls: ['https://hopmint-mint-700000000001.europe-west1.run.app'],
          policy: { bindings: [{ role: 'roles/run.servicesInvoker', members: [OWNER] }] },
        },
      ],
      accessBoundaries: [
        {
          name: BOUNDARY,
          resources: ['//cloudresourcemanager.googleapis.com/projects/acme-ops'],
          boundTo: [{ container: 'projects/acme-ops' }],
        },
      ],
    });
  });
  afterAll(() => cloud.close());

  describe('Service Usage', () => {
    const names = ['run', 'pubsub'].map(
      (api) => `names=projects/acme-ops/services/${api}.googleapis.com`,
    );
    const states = async () => {
      const { body } = await cloud.call(
        OWNER,
        'GET',
        `/v1/projects/acme-ops/services:batchGet?${names.join('&')}`,
      );
      return (body.services as { state: string }[]).map(({ state }) => state);
    };

    it('says which APIs are enabled, and enables one', async () => {
      expect(await states()).toEqual(['ENABLED', 'DISABLED']);
      const path = '/v1/projects/acme-ops/services/pubsub.googleapis.com:enable';
      expect((await cloud.call(OWNER, 'POST', path, {})).body).toMatchObject({ done: true });
      expect(await states()).toEqual(['ENABLED', 'ENABLED']);
      const listed = await cloud.call(
        OWNER,
        'GET',
        '/v1/projects/acme-ops/services?filter=state:ENABLED',
      );
      expect(listed.body.services).toHaveLength(2);
    });
  });

  describe('Cloud Run', () => {
    it('lists the services of every region in the form of Knative', async () => {
      const { body } = await cloud.call(OWNER, 'GET', '/v1/projects/acme-ops/locations/-/services');
      expect(body.items).toMatchObject([
        {
          metadata: {
            name: 'hopmint-mint',
            labels: { 'cloud.googleapis.com/location': 'europe-west1' },
            annotations: { 'run.googleapis.com/ingress': 'internal' },
          },
          spec: { template: { spec: { serviceAccountName: `minter@${OPS}` } } },
          status: { url: 'https://hopmint-mint-700000000001.europe-west1.run.app' },
        },
      ]);
      const other = '/v1/projects/acme-ops/locations/us-east1/services';
      expect((await cloud.call(OWNER, 'GET', other)).body.items).toBeUndefined();
    });

    it('reads and writes the policy of a service', async () => {
      const { body } = await cloud.call(OWNER, 'GET', `/v1/${SERVICE}:getIamPolicy`);
      expect(body.bindings).toEqual([{ role: 'roles/run.servicesInvoker', members: [OWNER] }]);
      const policy = { bindings: [], etag: body.etag };
      await cloud.call(OWNER, 'POST', `/v1/${SERVICE}:setIamPolicy`, { policy });
      const after = await cloud.call(OWNER, 'GET', `/v1/${SERVICE}:getIamPolicy`);
      expect(after.body.bindings).toBeUndefined();
    });
  });

  describe('Cloud Logging', () => {
    const list = async (filter: string) => {
      const request = { resourceNames: ['projects/acme-ops'], filter };
      const { body } = await cloud.call(OWNER, 'POST', '/v2/entries:list', request);
      return (body.entries ?? []) as {
        jsonPayload?: object;
        textPayload?: string;
        severity: string;
      }[];
    };

    it('lists what a service printed, with the special fields of JSON', async () => {
      const line = {
        severity: 'WARNING',
        message: 'm',
        event: 'probe',
        time: '2026-11-22T11:59:00Z',
      };
      await cloud.call(undefined, 'POST', '/_local/stdout', {
        service: SERVICE,
        lines: [JSON.stringify(line), 'no JSON', '[1]'],
      });
      expect(
        await list('jsonPayload.event="probe" AND timestamp<"2026-11-22T12:00:00Z"'),
      ).toMatchObject([{ severity: 'WARNING', jsonPayload: { message: 'm', event: 'probe' } }]);
      expect(await list('resource.labels.service_name="hopmint-mint" textPayload:*')).toMatchObject(
        [{ textPayload: 'no JSON', severity: 'DEFAULT' }, { textPayload: '[1]' }],
      );
      expect(await list('jsonPayload.event="other"')).toEqual([]);
    });

    it('creates a sink, changes its filter, and lists it', async () => {
      const destination = 'pubsub.googleapis.com/projects/acme-ops/topics/hopmint-changed';
      const sinks = '/v2/organizations/900000000001/sinks';
      cloud.state.roles.set('organizations/900000000001/roles/sinks', {
        name: 'organizations/900000000001/roles/sinks',
        includedPermissions: ['logging.sinks.create', 'logging.sinks.update', 'logging.sinks.list'],
      });
      cloud.state.policies.get('organizations/900000000001')?.bindings?.push({
        role: 'organizations/900000000001/roles/sinks',
        members: [OWNER],
      });
      const sink = {
        name: 'changes',
        destination,
        filter: 'severity=ERROR',
        includeChildren: true,
      };
      const writerIdentity =
        'serviceAccount:service-org-900000000001@gcp-sa-logging.iam.gserviceaccount.com';
      const created = await cloud.call(OWNER, 'POST', sinks, sink);
      expect(created.body).toMatchObject({ ...sink, writerIdentity });
      const change = { destination, filter: 'severity=NOTICE' };
      await cloud.call(OWNER, 'PUT', `${sinks}/changes?updateMask=destination,filter`, change);
      expect((await cloud.call(OWNER, 'GET', sinks)).body.sinks).toMatchObject([
        {
          ...sink,
          filter: 'severity=NOTICE',
          resourceName: 'organizations/900000000001/sinks/changes',
        },
      ]);
      const bad = await cloud.call(OWNER, 'POST', sinks, { ...sink, name: 'bad', filter: 'text' });
      expect(outcomeOf(bad)).toBe('400 INVALID_ARGUMENT');
    });
  });

  it('has the limits of quotas in Monitoring, with one point a day', async () => {
    const { body } = await cloud.call(
      OWNER,
      'GET',
      `/v3/projects/acme-ops/timeSeries?${LIMITS}&${DAY}`,
    );
    expect(body.timeSeries).toContainEqual(
      expect.objectContaining({
        metric: {
          type: 'serviceruntime.googleapis.com/quota/limit',
          labels: {
            limit_name: 'WriteRequestsPerMinutePerProject',
            quota_metric: 'secretmanager.googleapis.com/write_requests',
          },
        },
        points: [expect.objectContaining({ value: { int64Value: '600' } })],
      }),
    );
  });

  it('finds the principal access boundary of a project, and reads it', async () => {
    const search = `/v3/projects/acme-ops/locations/global/policyBindings:searchTargetPolicyBindings?target=${TARGET}`;
    const { body } = await cloud.call(OWNER, 'GET', search);
    expect(body.policyBindings).toMatchObject([
      { policy: BOUNDARY, policyKind: 'PRINCIPAL_ACCESS_BOUNDARY' },
    ]);
    const other = search.replace(TARGET, encodeURIComponent('//other'));
    expect(outcomeOf(await cloud.call(OWNER, 'GET', other))).toBe('400 INVALID_ARGUMENT');
  });

  it('says whether a boolean constraint is enforced, and enforces it', async () => {
    const policy = '/v2/projects/acme-ops/policies/iam.disableServiceAccountKeyCreation';
    const { body } = await cloud.call(OWNER, 'GET', `${policy}:getEffectivePolicy`);
    expect(body).toMatchObject({ spec: { rules: [{ enforce: true }] } });
    const keys = `/v1/projects/acme-ops/serviceAccounts/minter@${OPS}/keys`;
    expect(outcomeOf(await cloud.call(OWNER, 'POST', keys, {}))).toBe('400 FAILED_PRECONDITION');
    const other =
      '/v2/projects/acme-ops/policies/iam.disableServiceAccountCreation:getEffectivePolicy';
    expect((await cloud.call(OWNER, 'GET', other)).body).toMatchObject({
      spec: { rules: [{ enforce: false }] },
    });
  });

  it.each<{ path: string; permission: string; method?: string; body?: object }>([
    {
      path: '/v1/projects/acme-ops/services:batchGet?names=projects/acme-ops/services/run.googleapis.com',
      permission: 'serviceusage.services.get',
    },
    { path: '/v1/projects/acme-ops/services', permission: 'serviceusage.services.list' },
    { path: '/v1/projects/acme-ops/locations/-/services', permission: 'run.services.list' },
    { path: `/v1/${SERVICE}:getIamPolicy`, permission: 'run.services.getIamPolicy' },
    { path: '/v2/projects/acme-ops/sinks', permission: 'logging.sinks.list' },
    {
      path: `/v3/projects/acme-ops/timeSeries?${LIMITS}&${DAY}`,
      permission: 'monitoring.timeSeries.list',
    },
    {
      path: '/v3/projects/acme-ops/locations/global/policyBindings:searchTargetPolicyBindings',
      permission: 'resourcemanager.projects.searchPolicyBindings',
    },
    { path: `/v3/${BOUNDARY}`, permission: 'iam.principalaccessboundarypolicies.get' },
    {
      path: '/v2/entries:list',
      permission: 'logging.logEntries.list',
      method: 'POST',
      body: { resourceNames: ['projects/acme-ops'] },
    },
    {
      path: '/v1/projects/acme-ops/services/run.googleapis.com:enable',
      permission: 'serviceusage.services.enable',
      method: 'POST',
      body: {},
    },
  ])('needs $permission for $path', async ({ path, permission, method = 'GET', body }) => {
    const answer = await cloud.call(STRANGER, method, path, body);
    expect(outcomeOf(answer)).toBe(`403 PERMISSION_DENIED ${permission}`);
  });
});
