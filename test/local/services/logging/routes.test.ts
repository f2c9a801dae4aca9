import { API_METHODS } from '../../../../local/server/api-methods.ts';
import { type ChainCloud, chainWorld, OPS, openChainCloud, relay } from '../../chain-cloud.ts';

const OWNER = 'user:owner@acme.com';

/** A value for each variable of a path. */
const PARAMS: Readonly<Record<string, string>> = {
  project: 'acme-ops',
  owners: 'projects',
  owner: 'acme-ops',
  account: relay,
  key: 'ab12',
  role: 'hopOnly',
  secret: 'billing',
  version: '1',
  topic: 'hopmint-tick',
  subscription: 'pull',
  location: 'europe-west1',
  job: 'tick',
  bucket: 'acme-chains',
  object: 'chains.yaml',
  resource: encodeURIComponent('//cloudresourcemanager.googleapis.com/projects/acme-ops'),
  value: '281400000000002',
  sink: 'hopmint-changed',
  service: 'hopmint-mint',
  attachment: encodeURIComponent('cloudresourcemanager.googleapis.com/projects/acme-ops'),
};
const IDS: Readonly<Record<string, string>> = {
  projects: 'acme-ops',
  folders: '800000000001',
  organizations: '900000000001',
  tagKeys: '281400000000001',
  tagValues: '281400000000002',
  denypolicies: 'no-relay',
};

/** The parent that a body names. */
const PARENTS: Readonly<Record<string, string>> = {
  '/v3/folders': 'organizations/900000000001',
  '/v3/tagKeys': 'projects/acme-ops',
  '/v3/tagValues': 'tagKeys/281400000000001',
  '/v3/tagBindings': '//cloudresourcemanager.googleapis.com/projects/acme-ops',
};

/** The path with a value for each variable. `{id}` means another thing under each collection. */
const filled = (path: string): string =>
  path.replace(/(\w+)\/\{id\}|\{(\w+)(?:=\*\*)?\}/g, (_, collection?: string, name = '') =>
    collection ? `${collection}/${IDS[collection]}` : (PARAMS[name] ?? name),
  );

const writes = API_METHODS.filter(({ api, httpMethod }) => api !== 'local' && httpMethod !== 'GET');

describe('Each method that is not a GET', () => {
  let cloud: ChainCloud;
  beforeAll(async () => {
    cloud = await openChainCloud({
      ...chainWorld(),
      buckets: [{ name: 'acme-chains', project: 'acme-ops' }],
      tagKeys: [
        {
          name: 'tagKeys/281400000000001',
          parent: 'projects/acme-ops',
          shortName: 'env',
          values: [{ name: 'tagValues/281400000000002', shortName: 'prod' }],
        },
      ],
    });
    const configs = { service: 'allServices', auditLogConfigs: [{ logType: 'ADMIN_READ' }] };
    const organization = 'organizations/900000000001';
    const policy = cloud.state.policies.get(organization);
    cloud.state.policies.set(organization, { ...policy, auditConfigs: [configs] });
  });
  afterAll(() => cloud.close());

  it.each(
    writes.map(({ api, name, httpMethod, path, audit }) => ({
      method: `${api} ${name} ${httpMethod} ${path}`,
      api,
      httpMethod,
      path,
      service: `${api}.googleapis.com`,
      audit,
    })),
  )(
    '$method writes its entry or has a reason',
    async ({ api, httpMethod, path, service, audit }) => {
      const before = cloud.state.log.length;
      const parent = PARENTS[path];
      const body = {
        ...(parent && { parent }),
        ...(/\/v\d\/projects$/.test(path) && { projectId: 'acme-ops' }),
      };
      await cloud.call(
        OWNER,
        httpMethod,
        `${filled(path)}${api === 'storage' ? '?project=acme-ops' : ''}`,
        body,
      );
      const entries = cloud.state.log.slice(before).map(({ protoPayload }) => ({
        service: protoPayload.serviceName,
        method: protoPayload.methodName,
      }));
      if (audit && 'none' in audit) expect(entries).toEqual([]);
      else expect(entries).toEqual([{ service, method: audit?.methodName }]);
    },
  );

  it('is in no log when the container does not exist', async () => {
    const before = cloud.state.log.length;
    await cloud.call(OWNER, 'DELETE', '/v1/projects/acme-none/secrets/billing');
    await cloud.call(OWNER, 'POST', `/v1/projects/-/serviceAccounts/nobody@${OPS}:disable`, {});
    expect(cloud.state.log.length).toBe(before);
  });
});
