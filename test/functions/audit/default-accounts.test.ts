import { type AuditedCloud, chainOf, fileOf, openAuditedCloud } from './audited-cloud.ts';

/** No account has this unique ID. */
const GONE = '999999999999999999999';

describe('a pinned account that is gone', () => {
  let world: AuditedCloud;
  beforeAll(async () => {
    world = await openAuditedCloud();
  });
  afterAll(() => world.local.close());

  it.each([
    { title: 'the account of App Engine', email: 'acme-data@appspot.gserviceaccount.com' },
    {
      title: 'the account of Compute Engine',
      email: '700000000002-compute@developer.gserviceaccount.com',
    },
    { title: 'an account of a project', email: 'reader@acme-data.iam.gserviceaccount.com' },
  ])('is reported, and not unread: $title', async ({ email }) => {
    const target = { email, uniqueId: GONE };
    const { findings, coverage } = await world.run(fileOf(chainOf('export', { target })));
    expect(coverage.unread).toEqual([]);
    expect(findings.map(({ kind }) => kind)).toContainEqual(
      expect.stringMatching(/^account-(missing|recreated)$/),
    );
  });
});
