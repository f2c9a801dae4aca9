import { codeOf, type ProjectCloud } from '../../project-cloud.ts';
import { automatic, openSecretCloud, SECRETS, type SecretCloud } from './secret-cloud.ts';

let cloud: ProjectCloud;
let owner: SecretCloud['owner'];
beforeEach(async () => {
  ({ cloud, owner } = await openSecretCloud());
  for (const [id, labels] of [
    ['partner', { team: 'sales', 'managed-by': 'hopmint' }],
    ['stamp', { team: 'ops', 'managed-by': 'hopmint' }],
  ] as const) {
    cloud.state.advance(1);
    await owner('POST', `${SECRETS}?secretId=${id}`, { ...automatic, labels });
  }
});
afterEach(() => cloud.close());

describe('A list of secrets', () => {
  it.each([
    { filter: '', ids: ['stamp', 'partner', 'billing'] },
    { filter: 'labels.managed-by=hopmint', ids: ['stamp', 'partner'] },
    { filter: 'labels.managed-by=hopmint AND labels.team=ops', ids: ['stamp'] },
    { filter: 'labels.managed-by=hopmint labels.team:SAL', ids: ['partner'] },
    { filter: 'labels.team=ops AND (name:bill OR name:partner)', ids: ['billing'] },
    { filter: 'labels:managed-by', ids: ['stamp', 'partner'] },
    { filter: 'NOT labels.managed-by:*', ids: ['billing'] },
    { filter: 'create_time>="2026-11-22T12:00:01Z"', ids: ['stamp', 'partner'] },
    { filter: 'partner', ids: ['partner'] },
    { filter: 'labels.team=op', ids: [] },
  ])('with the filter "$filter" contains $ids', async ({ filter, ids }) => {
    const { body } = await owner('GET', `${SECRETS}?filter=${encodeURIComponent(filter)}`);
    const secrets = (body.secrets ?? []) as { name: string }[];
    expect(secrets.map(({ name }) => name.split('/').at(-1))).toEqual(ids);
  });

  it('has a total size only without a filter', async () => {
    expect((await owner('GET', SECRETS)).body.totalSize).toBe(3);
    expect((await owner('GET', `${SECRETS}?filter=name:s`)).body.totalSize).toBeUndefined();
  });

  it.each(['labels.team=', '(name:x', 'name:x)', 'AND'])(
    'refuses the invalid filter "%s"',
    async (filter) => {
      const response = await owner('GET', `${SECRETS}?filter=${encodeURIComponent(filter)}`);
      expect(codeOf(response)).toBe('INVALID_ARGUMENT');
    },
  );
});
