import logSink from '../../../../deploy/log-sink.json' with { type: 'json' };
import { parseFilter } from '../../../../local/services/logging/filter/parse-filter.ts';
import type { LogEntry } from '../../../../local/state/log-entry.ts';
import { type ChainCloud, chainWorld, NOW, openChainCloud, relay } from '../../chain-cloud.ts';

describe('Sinks:', () => {
  const OWNER = 'user:owner@acme.com';
  const TOPIC = 'projects/acme-ops/topics/hopmint-changed';
  const PULL = '/v1/projects/acme-ops/subscriptions/changed';
  const WRITER = 'serviceAccount:service-org-900000000001@gcp-sa-logging.iam.gserviceaccount.com';
  const DISABLE = `/v1/projects/acme-ops/serviceAccounts/${relay}:disable`;

  const publishers = (...members: string[]) => ({
    bindings: [{ role: 'roles/pubsub.publisher', members }],
  });
  const sink = {
    name: 'organizations/900000000001/sinks/changed',
    destination: `pubsub.googleapis.com/${TOPIC}`,
    filter: 'protoPayload.serviceName="iam.googleapis.com"',
    includeChildren: true,
  };

  let cloud: ChainCloud;
  afterEach(() => cloud.close());

  /** A world with a sink, and a pull subscription to its topic. */
  async function open(world: object = {}, now?: () => Date): Promise<void> {
    const seed = {
      ...chainWorld(),
      topics: [{ name: TOPIC, policy: publishers(WRITER) }],
      sinks: [sink],
      ...world,
    };
    cloud = await openChainCloud(seed, now);
    await cloud.call(OWNER, 'PUT', PULL, { topic: TOPIC });
  }

  type Message = { data: string; publishTime: string; attributes: Record<string, string> };
  async function pulled(): Promise<Message[]> {
    const { body } = await cloud.call(OWNER, 'POST', `${PULL}:pull`, { maxMessages: 100 });
    const received = (body.receivedMessages ?? []) as { message: Message }[];
    return received.map(({ message }) => message);
  }

  describe('A log sink', () => {
    it('publishes each matching entry as JSON, with its time as the attribute', async () => {
      await open();
      await cloud.call(OWNER, 'POST', DISABLE);
      const messages = await pulled();
      const entry = cloud.state.log.at(-1) as LogEntry;
      expect(
        messages.map(({ data }) => JSON.parse(Buffer.from(data, 'base64').toString())),
      ).toEqual([entry]);
      expect(messages[0]?.attributes).toEqual({
        'logging.googleapis.com/timestamp': entry.timestamp,
      });
    });

    it('publishes no entry that its filter does not match', async () => {
      await open();
      await cloud.call(OWNER, 'DELETE', '/v1/projects/acme-ops/secrets/none');
      expect(cloud.state.log.at(-1)?.protoPayload.serviceName).toBe('secretmanager.googleapis.com');
      expect(await pulled()).toEqual([]);
    });

    it.each<{ parent: string; includeChildren: boolean; count: number }>([
      { parent: 'organizations/900000000001', includeChildren: true, count: 1 },
      { parent: 'organizations/900000000001', includeChildren: false, count: 0 },
      { parent: 'folders/800000000001', includeChildren: true, count: 1 },
      { parent: 'projects/acme-ops', includeChildren: false, count: 1 },
      { parent: 'projects/700000000001', includeChildren: false, count: 1 },
      { parent: 'projects/acme-data', includeChildren: true, count: 0 },
    ])(
      'of $parent with includeChildren $includeChildren publishes $count entries of acme-ops',
      async (row) => {
        const { parent, includeChildren, count } = row;
        await open({
          topics: [{ name: TOPIC, policy: publishers('allUsers') }],
          sinks: [{ ...sink, name: `${parent}/sinks/changed`, includeChildren }],
        });
        await cloud.call(OWNER, 'POST', DISABLE);
        expect(await pulled()).toHaveLength(count);
      },
    );

    it.each<{ parent: string; writer: string }>([
      { parent: 'organizations/900000000001', writer: 'service-org-900000000001' },
      { parent: 'folders/800000000001', writer: 'service-folder-800000000001' },
      { parent: 'projects/acme-ops', writer: 'service-700000000001' },
    ])(
      'of $parent publishes as $writer, and warns without its grant',
      async ({ parent, writer }) => {
        const member = `serviceAccount:${writer}@gcp-sa-logging.iam.gserviceaccount.com`;
        const name = `${parent}/sinks/changed`;
        await open({ topics: [TOPIC], sinks: [{ ...sink, name }] });
        expect(cloud.lines).toEqual([
          `the sink ${name} exports nothing: grant roles/pubsub.publisher on ${TOPIC} to ${member}`,
        ]);
        await cloud.call(OWNER, 'POST', DISABLE);
        expect(await pulled()).toEqual([]);

        await cloud.call(OWNER, 'POST', `/v1/${TOPIC}:setIamPolicy`, {
          policy: publishers(member),
        });
        await cloud.call(OWNER, 'POST', DISABLE);
        expect(await pulled()).toHaveLength(1);
      },
    );

    it.each<{ situation: string; change: object; error: string }>([
      {
        situation: 'an unsupported filter',
        change: { filter: 'sample(insertId, 0.1)' },
        error: 'sinks[0].filter: the function sample is not supported',
      },
      {
        situation: 'a topic that does not exist',
        change: { destination: 'pubsub.googleapis.com/projects/acme-ops/topics/none' },
        error: 'sinks[0].destination: projects/acme-ops/topics/none does not exist',
      },
      {
        situation: 'another destination than a topic',
        change: { destination: 'storage.googleapis.com/logs' },
        error: 'sinks[0].destination: must be pubsub.googleapis.com/projects/PROJECT/topics/NAME',
      },
      {
        situation: 'a parent that does not exist',
        change: { name: 'folders/1/sinks/changed' },
        error: 'sinks[0].name: folders/1 does not exist',
      },
    ])('with $situation refuses the world', async ({ change, error }) => {
      await open();
      const { status, body } = await cloud.seed({ accounts: [], sinks: [{ ...sink, ...change }] });
      expect(status).toBe(400);
      expect((body.error as { message: string }).message.split('\n').slice(1)).toEqual([error]);
    });
  });

  describe('A log sink with `eventDelaySeconds`', () => {
    it('publishes an entry after that time of the local clock, and not before', async () => {
      await open();
      await cloud.call(undefined, 'PUT', '/_local/settings', { eventDelaySeconds: 90 });
      await cloud.call(OWNER, 'POST', DISABLE);
      cloud.state.advance(89);
      expect(await pulled()).toEqual([]);
      cloud.state.advance(1);
      expect(await pulled()).toMatchObject([
        { publishTime: new Date(NOW.getTime() + 90_000).toISOString() },
      ]);
    });

    it('publishes an entry when the time has passed without a move of the clock', async () => {
      await open({}, () => new Date());
      await cloud.call(undefined, 'PUT', '/_local/settings', { eventDelaySeconds: 0.05 });
      const arrived = new Promise((resolve) => cloud.state.arrivalListeners.add(resolve));
      await cloud.call(OWNER, 'POST', DISABLE);
      await arrived;
      expect(await pulled()).toHaveLength(1);
    });
  });

  describe('A log sink with `eventLossProbability`', () => {
    it.each<{ probability: number; count: number }>([
      { probability: 0, count: 1 },
      { probability: 1, count: 0 },
    ])('$probability publishes $count of 1 entries', async ({ probability, count }) => {
      await open();
      await cloud.call(undefined, 'PUT', '/_local/settings', { eventLossProbability: probability });
      await cloud.call(OWNER, 'POST', DISABLE);
      expect(cloud.state.log).not.toEqual([]);
      expect(await pulled()).toHaveLength(count);
    });
  });

  describe('GET /_local/log with a filter', () => {
    it('lists the matching entries, and refuses a filter that is not supported', async () => {
      await open();
      await cloud.call(OWNER, 'POST', DISABLE);
      await cloud.call(OWNER, 'DELETE', '/v1/projects/acme-ops/secrets/none');
      const list = (filter: string) =>
        cloud.call(undefined, 'GET', `/_local/log?filter=${encodeURIComponent(filter)}`);
      const entries = (await list('severity=ERROR')).body.entries as LogEntry[];
      expect(entries.map(({ protoPayload }) => protoPayload.methodName)).toEqual([
        'google.cloud.secretmanager.v1.SecretManagerService.DeleteSecret',
      ]);
      expect(await list('sample(insertId, 0.1)')).toMatchObject({
        status: 400,
        body: { error: { message: 'Unparseable filter: the function sample is not supported.' } },
      });
    });
  });
});

const entry = (methodName: string, serviceName: string): LogEntry => ({
  protoPayload: {
    '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
    status: {},
    authenticationInfo: { principalEmail: 'ada@acme.com', principalSubject: 'user:ada@acme.com' },
    requestMetadata: {},
    serviceName,
    methodName,
    authorizationInfo: ['iam.serviceAccounts.disable', 'iam.serviceAccounts.get'].map(
      (permission) => ({
        resource: 'projects/acme-ops',
        permission,
        granted: true,
        resourceAttributes: {},
        permissionType: 'ADMIN_WRITE',
      }),
    ),
    resourceName: 'projects/-/serviceAccounts/100000000000000000002',
  },
  insertId: 'one',
  resource: { type: 'service_account', labels: { project_id: 'acme-ops', 'a.b': 'dots' } },
  timestamp: '2026-11-22T12:00:00.000Z',
  severity: 'NOTICE',
  logName: 'projects/acme-ops/logs/cloudaudit.googleapis.com%2Factivity',
  receiveTimestamp: '2026-11-22T12:00:00.000Z',
});
const disabled = entry('google.iam.admin.v1.DisableServiceAccount', 'iam.googleapis.com');

describe('A log filter', () => {
  it.each<{ filter: string; matches: boolean }>([
    { filter: '', matches: true },
    { filter: 'severity=NOTICE', matches: true },
    { filter: 'severity = "notice"', matches: true },
    { filter: 'severity=ERROR', matches: false },
    { filter: 'severity!=ERROR', matches: true },
    { filter: 'severity!=NOTICE', matches: false },
    { filter: 'protoPayload.methodName:"disableservice"', matches: true },
    { filter: 'protoPayload.methodName="disableservice"', matches: false },
    { filter: 'protoPayload.methodName=~"Service(Account|Key)$"', matches: true },
    { filter: 'protoPayload.methodName=~"disableservice"', matches: false },
    { filter: 'protoPayload.methodName=~"(?i)disableservice"', matches: true },
    { filter: String.raw`protoPayload.methodName=~"v1\.Disable"`, matches: true },
    { filter: 'protoPayload.methodName!~"Disable"', matches: false },
    { filter: 'protoPayload.serviceData:*', matches: false },
    { filter: 'protoPayload.methodName:*', matches: true },
    { filter: 'protoPayload.authenticationInfo:*', matches: true },
    {
      filter: 'protoPayload.authorizationInfo.permission="iam.serviceAccounts.get"',
      matches: true,
    },
    {
      filter: 'protoPayload.authorizationInfo.permission="iam.serviceAccounts.set"',
      matches: false,
    },
    { filter: 'resource.labels."a.b"=dots', matches: true },
    { filter: 'log_id("cloudaudit.googleapis.com/activity")', matches: true },
    { filter: 'log_id("cloudaudit.googleapis.com%2Factivity")', matches: true },
    { filter: 'log_id("cloudaudit.googleapis.com/data_access")', matches: false },
    { filter: 'severity=(ERROR OR NOTICE)', matches: true },
    { filter: 'severity=(NOT NOTICE)', matches: false },
    { filter: 'severity=NOTICE severity=ERROR', matches: false },
    { filter: 'severity=NOTICE\n-- a comment "\nresource.type=service_account', matches: true },
    { filter: 'severity=NOTICE AND severity=ERROR', matches: false },
    { filter: 'severity=NOTICE OR severity=ERROR', matches: true },
    { filter: 'NOT severity=ERROR', matches: true },
    { filter: '-severity=ERROR', matches: true },
    { filter: 'NOT (severity=ERROR OR severity=NOTICE)', matches: false },
    // OR binds tighter than AND: (NOTICE OR NOTICE) AND ERROR.
    { filter: 'severity=NOTICE OR severity=NOTICE AND severity=ERROR', matches: false },
    { filter: '(severity=NOTICE) OR (severity=NOTICE AND severity=ERROR)', matches: true },
    // NOT binds tighter than OR.
    { filter: 'NOT severity=ERROR OR severity=ERROR', matches: true },
  ])('$filter: $matches', ({ filter, matches }) => {
    expect(parseFilter(filter)(disabled)).toBe(matches);
  });

  it.each<{ filter: string; matches: boolean }>([
    { filter: 'severity>=INFO', matches: true },
    { filter: 'severity<NOTICE', matches: false },
    { filter: `timestamp>="${disabled.timestamp}"`, matches: true },
    { filter: `timestamp>"${disabled.timestamp}"`, matches: false },
    { filter: 'timestamp<="2000-01-01T00:00:00Z"', matches: false },
    { filter: 'insertId>a', matches: false },
  ])('$filter compares by order: $matches', ({ filter, matches }) => {
    expect(parseFilter(filter)(disabled)).toBe(matches);
  });

  it.each(['=', '!=', ':', '=~', '!~', '<', '>='])(
    'with %s does not match a missing field',
    (operator) => {
      expect(parseFilter(`protoPayload.serviceData.x${operator}"a"`)(disabled)).toBe(false);
      expect(parseFilter(`NOT protoPayload.serviceData.x${operator}"a"`)(disabled)).toBe(true);
    },
  );

  it.each<{ filter: string; error: string }>([
    { filter: 'sample(insertId, 0.1)', error: 'the function sample is not supported' },
    {
      filter: '"disabled"',
      error: 'a search in all fields is not supported: write field:"disabled"',
    },
    {
      filter: 'disabled',
      error: 'a search in all fields is not supported: write field:"disabled"',
    },
    { filter: 'protopayload.methodName:x', error: 'a log entry has no field protopayload' },
    { filter: 'severity=', error: 'a value is missing at the end' },
    { filter: 'severity=NOTICE AND', error: 'a term is missing at the end' },
    { filter: 'OR severity=NOTICE', error: 'a term is missing before "OR"' },
    { filter: '(severity=NOTICE', error: '")" is missing at the end' },
    { filter: 'severity=NOTICE)', error: 'an opening parenthesis is missing before ")"' },
    { filter: 'severity="NOTICE', error: 'there is a syntax error at "\\"NOTICE"' },
    { filter: 'severity=~"("', error: '"(" is not a regular expression' },
  ])('$filter is refused: $error', ({ filter, error }) => {
    expect(() => parseFilter(filter)).toThrow(error);
  });
});

describe('The filter of our Terraform module', () => {
  const matchesFilter = parseFilter(logSink.filter.join('\n'));

  it.each<{ service: string; method: string; matches: boolean }>([
    { service: 'iam', method: 'google.iam.admin.v1.SetIAMPolicy', matches: true },
    { service: 'iam', method: 'google.iam.admin.v1.DisableServiceAccount', matches: true },
    { service: 'iam', method: 'google.iam.admin.v1.UpdateRole', matches: true },
    { service: 'iam', method: 'google.iam.v2.Policies.DeletePolicy', matches: true },
    { service: 'cloudresourcemanager', method: 'SetIamPolicy', matches: true },
    {
      service: 'cloudresourcemanager',
      method: 'google.cloud.resourcemanager.v3.Projects.MoveProject',
      matches: true,
    },
    { service: 'cloudresourcemanager', method: 'UpdateProject', matches: true },
    { service: 'iam', method: 'google.iam.admin.v1.UndeleteServiceAccount', matches: true },
    { service: 'pubsub', method: 'SetIamPolicy', matches: false },
    { service: 'secretmanager', method: 'AddSecretVersion', matches: true },
    { service: 'storage', method: 'storage.setIamPermissions', matches: true },
    { service: 'storage', method: 'storage.buckets.update', matches: true },
    { service: 'storage', method: 'storage.buckets.create', matches: false },
    { service: 'iam', method: 'google.iam.admin.v1.UndeleteRoles', matches: false },
    ...['CreateEntitlement', 'UpdateEntitlement', 'DeleteEntitlement', 'ApproveGrant'].map(
      (rpc) => ({
        service: 'privilegedaccessmanager',
        method: `google.cloud.privilegedaccessmanager.v1.PrivilegedAccessManager.${rpc}`,
        matches: true,
      }),
    ),
  ])('for $method of $service: $matches', ({ service, method, matches }) => {
    expect(matchesFilter(entry(method, `${service}.googleapis.com`))).toBe(matches);
  });
});
