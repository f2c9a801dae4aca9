import {
  binding,
  type ChainCloud,
  chainWorld,
  openChainCloud,
  outcomeOf,
  target,
} from '../../chain-cloud.ts';

const VIEWER = 'user:viewer@acme.com';
const at = 'projects/acme-data/locations/europe-west3';
const LISTS = [
  {
    collection: 'functions',
    path: `/v2/projects/acme-data/locations/-/functions`,
    size: 'pageSize',
    token: 'pageToken',
  },
  {
    collection: 'jobs',
    path: '/apis/run.googleapis.com/v1/namespaces/acme-data/jobs',
    size: 'limit',
    token: 'continue',
  },
  {
    collection: 'instances',
    path: '/compute/v1/projects/acme-data/aggregated/instances',
    size: 'maxResults',
    token: 'pageToken',
  },
  { collection: 'clusters', path: '/v1/projects/acme-data/locations/-/clusters' },
  { collection: 'services', path: '/v1/projects/acme-data/locations/-/services' },
];

describe('The lists of workloads', () => {
  let cloud: ChainCloud;
  beforeAll(async () => {
    const world = chainWorld();
    const [ops, data] = world.projects;
    const names = ['a', 'b', 'c'].flatMap((id) => [
      ...['functions', 'jobs', 'clusters', 'services'].map((kind) => `${at}/${kind}/${id}`),
      `projects/acme-data/zones/europe-west3-a/instances/${id}`,
    ]);
    cloud = await openChainCloud({
      ...world,
      projects: [ops, { ...data, policy: { bindings: [binding('roles/viewer', VIEWER)] } }],
      workloads: names.map((name) => ({ name, serviceAccount: target })),
    });
  });
  afterAll(() => cloud.close());

  it.each(LISTS)('have $collection with their account, in all locations', async ({ path }) => {
    const { status, body } = await cloud.call(VIEWER, 'GET', path);
    expect(status).toBe(200);
    expect(JSON.stringify(body).split(target)).toHaveLength(4);
    expect(outcomeOf(await cloud.call('user:eve@acme.com', 'GET', path))).toMatch(/^403/);
  });

  it.each(LISTS.filter(({ size }) => size))(
    'have pages of $collection',
    async ({ path, size, token = '' }) => {
      const first = await cloud.call(VIEWER, 'GET', `${path}?${size}=2`);
      expect(JSON.stringify(first.body).split(target)).toHaveLength(3);
      const { metadata, nextPageToken } = first.body as {
        metadata?: Record<string, string>;
        nextPageToken?: string;
      };
      const next = nextPageToken ?? metadata?.continue ?? '';
      const rest = await cloud.call(VIEWER, 'GET', `${path}?${size}=2&${token}=${next}`);
      expect(JSON.stringify(rest.body).split(target)).toHaveLength(2);
    },
  );
});
