import { NUMBER, type ProjectCloud } from '../../project-cloud.ts';
import { openSecretCloud, type SecretCloud } from './secret-cloud.ts';

const LOCATION = '/v1/projects/acme-ops/locations/europe-west3';
const REGIONAL = `${LOCATION}/secrets`;
const GLOBAL = '/v1/projects/acme-ops/secrets';
const KEY = 'projects/acme-ops/locations/europe-west3/keyRings/r/cryptoKeys/k';
const encrypted = { customerManagedEncryption: { kmsKeyName: KEY } };

let cloud: ProjectCloud;
let owner: SecretCloud['owner'];
beforeEach(async () => {
  ({ cloud, owner } = await openSecretCloud());
});
afterEach(() => cloud.close());

const data = Buffer.from('hi').toString('base64');

describe('A regional secret', () => {
  const name = `projects/${NUMBER}/locations/europe-west3/secrets/export`;
  beforeEach(async () => {
    await owner('POST', `${REGIONAL}?secretId=export`, { labels: { team: 'ops' } });
  });

  it('has no replication, and is listed in its location alone', async () => {
    const { body } = await owner('GET', `${REGIONAL}/export`);
    expect(body).toMatchObject({ name, labels: { team: 'ops' } });
    expect(body).not.toHaveProperty('replication');
    const names = async (path: string) =>
      ((await owner('GET', path)).body.secrets as { name: string }[] | undefined)?.map(
        (secret) => secret.name,
      );
    expect(await names(REGIONAL)).toEqual([name]);
    expect(await names(GLOBAL)).not.toContain(name);
    expect(await names(REGIONAL.replace('west3', 'west1'))).toBeUndefined();
  });

  it('has versions and a policy, and inherits the policy of its project', async () => {
    const { body: version } = await owner('POST', `${REGIONAL}/export:addVersion`, {
      payload: { data },
    });
    expect(version.name).toBe(`${name}/versions/1`);
    expect(version).not.toHaveProperty('replicationStatus');
    const access = () => cloud.as('ada')('GET', `${REGIONAL}/export/versions/latest:access`);
    expect((await access()).status).toBe(403);
    const role = 'roles/secretmanager.secretAccessor';
    cloud.grant('projects/acme-ops/locations/europe-west3/secrets/export', role, 'ada');
    expect((await access()).body).toMatchObject({ payload: { data } });
    const change = { annotations: { note: 'x' } };
    expect(await owner('PATCH', `${REGIONAL}/export?updateMask=annotations`, change)).toMatchObject(
      {
        status: 200,
      },
    );
    expect((await owner('DELETE', `${REGIONAL}/export`)).status).toBe(200);
  });

  it.each([
    { fault: 'with a replication', path: REGIONAL, fields: { replication: { automatic: {} } } },
    { fault: 'of a global kind without a replication', path: GLOBAL, fields: {} },
    {
      fault: 'of a global kind with a key of its own',
      path: GLOBAL,
      fields: { replication: { automatic: {} }, ...encrypted },
    },
  ])('is refused $fault', async ({ path, fields }) => {
    expect((await owner('POST', `${path}?secretId=other`, fields)).status).toBe(400);
  });

  it('is in a location of the list', async () => {
    cloud.grantOnly(['secretmanager.locations.list'], 'ada');
    const { body } = await cloud.as('ada')('GET', '/v1/projects/acme-ops/locations');
    expect(body.locations).toContainEqual({
      name: `projects/${NUMBER}/locations/europe-west3`,
      locationId: 'europe-west3',
    });
  });
});

describe('A new secret', () => {
  const tags = { 'tagKeys/281400000000001': 'tagValues/281400000000002' };
  beforeEach(async () => {
    const seed = {
      accounts: [],
      tagKeys: [
        {
          name: 'tagKeys/281400000000001',
          parent: 'projects/acme-ops',
          shortName: 'env',
          values: [{ name: 'tagValues/281400000000002', shortName: 'prod' }],
        },
      ],
    };
    await owner('POST', '/_local/seed', seed);
  });

  it.each([
    { situation: 'its tags', sent: tags, status: 200, bound: Object.values(tags) },
    { situation: 'an unknown tag', sent: { 'tagKeys/1': 'tagValues/2' }, status: 400, bound: [] },
  ])('with $situation gets status $status', async ({ sent, status, bound }) => {
    const response = await owner('POST', `${REGIONAL}?secretId=tagged`, { tags: sent });
    expect(response.status).toBe(status);
    const name = 'projects/acme-ops/locations/europe-west3/secrets/tagged';
    expect([...(cloud.state.tagBindings.get(name) ?? [])]).toEqual(bound);
  });
});

describe('A version', () => {
  const version = {
    customerManagedEncryption: { kmsKeyVersionName: `${KEY}/cryptoKeyVersions/1` },
  };
  const replicas = [{ location: 'europe-west3', ...encrypted }, { location: 'us-east1' }];
  it.each<{ of: string; path: string; fields: object; status: object }>([
    {
      of: 'a user-managed secret',
      path: GLOBAL,
      fields: { replication: { userManaged: { replicas } } },
      status: {
        replicationStatus: {
          userManaged: {
            replicas: [{ location: 'europe-west3', ...version }, { location: 'us-east1' }],
          },
        },
      },
    },
    {
      of: 'a secret with one key',
      path: GLOBAL,
      fields: { replication: { automatic: encrypted } },
      status: { replicationStatus: { automatic: version } },
    },
    { of: 'a regional secret with a key', path: REGIONAL, fields: encrypted, status: version },
  ])('of $of says where it is and which key it has', async ({ path, fields, status }) => {
    expect(await owner('POST', `${path}?secretId=keyed`, fields)).toMatchObject({
      status: 200,
      body: fields,
    });
    const { body } = await owner('POST', `${path}/keyed:addVersion`, { payload: { data } });
    expect(body).toMatchObject(status);
  });
});
