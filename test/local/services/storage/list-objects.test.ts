import type { ProjectCloud } from '../../project-cloud.ts';
import { namesOf, OBJECTS, openStorageCloud, type StorageCloud } from './storage-cloud.ts';

let cloud: ProjectCloud;
let owner: StorageCloud['owner'];
beforeEach(async () => {
  const storageCloud = await openStorageCloud();
  ({ cloud, owner } = storageCloud);
  for (const name of ['reports/1', 'chains.yaml', 'reports/old/2']) {
    await storageCloud.upload(name, 'x');
  }
});
afterEach(() => cloud.close());

describe('A list of objects', () => {
  it.each([
    {
      situation: 'is sorted by name',
      query: '',
      names: ['chains.yaml', 'reports/1', 'reports/old/2'],
      prefixes: undefined,
    },
    {
      situation: 'contains only the names with the prefix',
      query: 'prefix=reports/old',
      names: ['reports/old/2'],
      prefixes: undefined,
    },
    {
      situation: 'shows the objects below a delimiter by their prefix',
      query: 'delimiter=/',
      names: ['chains.yaml'],
      prefixes: ['reports/'],
    },
    {
      situation: 'shows the objects below a delimiter and a prefix by their prefix',
      query: 'delimiter=/&prefix=reports/',
      names: ['reports/1'],
      prefixes: ['reports/old/'],
    },
  ])('$situation', async ({ query, names, prefixes }) => {
    const response = await owner('GET', `${OBJECTS}?${query}`);
    expect([namesOf(response), response.body.prefixes]).toEqual([names, prefixes]);
  });

  it('is divided into pages of maxResults objects', async () => {
    const first = await owner('GET', `${OBJECTS}?maxResults=2`);
    const token = first.body.nextPageToken;
    const rest = await owner('GET', `${OBJECTS}?maxResults=2&pageToken=${token}`);
    expect([namesOf(first), namesOf(rest)]).toEqual([
      ['chains.yaml', 'reports/1'],
      ['reports/old/2'],
    ]);
  });
});
