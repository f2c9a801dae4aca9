import {
  deniedFor,
  type Gcloud,
  jsonOf,
  type LocalWithGcloud,
  openLocalWithGcloud,
} from './gcloud.ts';

const OPS = 'acme-ops.iam.gserviceaccount.com';
const minter = `minter@${OPS}`;
const CREATOR = '--role=roles/iam.serviceAccountTokenCreator';
const TEXT = '--format=json';

type Policy = { version?: number; etag: string; bindings?: object[] };
type Account = { email: string; uniqueId: string; disabled?: boolean };

let local: LocalWithGcloud;
let owner: Gcloud;
let stranger: Gcloud;
let caller: Gcloud;
beforeAll(async () => {
  local = await openLocalWithGcloud();
  [owner, stranger, caller] = await Promise.all([
    local.as('user:owner@acme.com'),
    local.as('user:ada@acme.com'),
    local.as(minter),
  ]);
});
afterAll(() => local.close());

describe('gcloud iam service-accounts', () => {
  it('creates, describes, lists, updates and deletes', async () => {
    const worker = `worker@${OPS}`;
    const created = await owner('iam service-accounts create worker --display-name=Worker');
    expect(created).toMatchObject({ code: 0, err: 'Created service account [worker].\n' });
    const [again, described, listed, forbidden] = await Promise.all([
      owner('iam service-accounts create worker'),
      owner(`iam service-accounts describe ${worker} ${TEXT}`),
      owner(`iam service-accounts list ${TEXT}`),
      stranger('iam service-accounts create another'),
    ]);
    expect(again).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        'Service account worker already exists within project projects/acme-ops',
      ),
    });
    expect(forbidden).toEqual(deniedFor('iam.serviceAccounts.create'));
    const account = jsonOf<Account>(described);
    expect(account).toMatchObject({ email: worker, displayName: 'Worker', projectId: 'acme-ops' });
    expect(account.uniqueId).toMatch(/^\d{21}$/);
    expect(jsonOf<Account[]>(listed).map(({ email }) => email)).toContain(worker);

    const renamed = await owner(
      `iam service-accounts update ${worker} --display-name=Other ${TEXT}`,
    );
    expect(jsonOf(renamed)).toMatchObject({ displayName: 'Other', uniqueId: account.uniqueId });
    expect((await owner(`iam service-accounts delete ${worker}`)).code).toBe(0);
    const gone = await owner(`iam service-accounts describe ${worker}`);
    expect(gone.code).toBe(1);
  });

  it('disables and enables: a disabled account gets no tokens, and its old tokens do not work', async () => {
    const relay = `relay@${OPS}`;
    const asRelay = await local.as(relay);
    const useToken = () =>
      asRelay(`auth print-access-token --impersonate-service-account=vault@${OPS}`);
    const mint = () => caller(`auth print-access-token --impersonate-service-account=${relay}`);
    expect((await owner(`iam service-accounts disable ${relay}`)).code).toBe(0);
    const [minted, used, described] = await Promise.all([
      mint(),
      useToken(),
      owner(`iam service-accounts describe ${relay} ${TEXT}`),
    ]);
    expect(minted).toEqual(deniedFor('iam.serviceAccounts.getAccessToken'));
    expect(used.code).toBe(1);
    expect(jsonOf(described)).toMatchObject({ disabled: true });
    expect((await owner(`iam service-accounts enable ${relay}`)).code).toBe(0);
    const [reminted, reused] = await Promise.all([mint(), useToken()]);
    expect([reminted.code, reused.code]).toEqual([0, 0]);
  });

  it('adds a binding, with and without a condition, and removes it', async () => {
    const vault = `vault@${OPS}`;
    const mint = () => caller(`auth print-access-token --impersonate-service-account=${vault}`);
    const change = (verb: 'add' | 'remove', ...more: string[]) =>
      owner(
        `iam service-accounts ${verb}-iam-policy-binding ${vault} --member=serviceAccount:${minter} ${CREATOR} ${TEXT}`,
        ...more,
      );
    expect((await mint()).code).toBe(1);
    const past =
      '--condition=title=past,expression=request.time < timestamp("2020-01-01T00:00:00Z")';
    expect(jsonOf<Policy>(await change('add', past)).version).toBe(3);
    expect(await mint()).toEqual(deniedFor('iam.serviceAccounts.getAccessToken'));

    const ambiguous = await change('add');
    expect(ambiguous).toMatchObject({ code: 1, err: expect.stringContaining('--condition=None') });
    const both = jsonOf<Policy>(await change('add', '--condition=None'));
    expect(both.bindings).toHaveLength(2);
    expect((await mint()).code).toBe(0);

    expect(jsonOf<Policy>(await change('remove', '--all')).version).toBe(1);
    expect((await mint()).code).toBe(1);
  });

  it('fails for an unknown member, role or kind of member, and without the right to write the policy', async () => {
    const add = (as: Gcloud, member: string, role = CREATOR) =>
      as(`iam service-accounts add-iam-policy-binding vault@${OPS} --member=${member} ${role}`);
    const [noAccount, noRole, noKind, forbidden, policy] = await Promise.all([
      add(owner, `serviceAccount:nobody@${OPS}`),
      add(owner, 'user:ada@acme.com', '--role=roles/iam.nope'),
      add(owner, 'ada@acme.com'),
      add(caller, 'user:ada@acme.com'),
      stranger(`iam service-accounts get-iam-policy vault@${OPS}`),
    ]);
    expect([noAccount.code, noRole.code, noKind.code, forbidden.code]).toEqual([1, 1, 1, 1]);
    expect(noAccount.err).toContain(`Service account nobody@${OPS} does not exist.`);
    expect(noRole.err).toContain('Role roles/iam.nope is not supported for this resource.');
    expect(noKind.err).toContain('INVALID_ARGUMENT');
    expect(forbidden.err).toContain("'iam.serviceAccounts.getIamPolicy' denied");
    expect(policy).toEqual(deniedFor('iam.serviceAccounts.getIamPolicy'));
  });

  it('gives an account that is created again under its old email none of its old grants', async () => {
    const worker = `phoenix@${OPS}`;
    const describe = async () =>
      jsonOf<Account>(await owner(`iam service-accounts describe ${worker} ${TEXT}`));
    await owner('iam service-accounts create phoenix');
    const grant = `iam service-accounts add-iam-policy-binding reader@acme-data.iam.gserviceaccount.com --member=serviceAccount:${worker} ${CREATOR}`;
    expect((await owner(grant)).code).toBe(0);
    const first = await describe();
    expect((await owner(`iam service-accounts delete ${worker}`)).code).toBe(0);
    await owner('iam service-accounts create phoenix');
    expect((await describe()).uniqueId).not.toBe(first.uniqueId);

    const asWorker = await local.as(worker);
    const [policy, minted] = await Promise.all([
      owner(`iam service-accounts get-iam-policy reader@acme-data.iam.gserviceaccount.com ${TEXT}`),
      asWorker(
        'auth print-access-token --impersonate-service-account=reader@acme-data.iam.gserviceaccount.com',
      ),
    ]);
    expect(policy.out).toContain(`deleted:serviceAccount:${worker}?uid=${first.uniqueId}`);
    expect(minted).toEqual(deniedFor('iam.serviceAccounts.getAccessToken'));
  });
});

describe('gcloud projects', () => {
  it('adds a binding with a condition, and removes it', async () => {
    const change = (verb: 'add' | 'remove', expression: string) =>
      owner(
        `projects ${verb}-iam-policy-binding acme-data --member=user:bob@acme.com --role=roles/secretmanager.viewer ${TEXT}`,
        `--condition=title=t,expression=${expression}`,
      );
    const bob = await local.as('user:bob@acme.com');
    const list = () => bob('secrets list --project=acme-data');
    expect(await list()).toEqual(deniedFor('secretmanager.secrets.list'));
    const trueUntil2100 = 'request.time < timestamp("2100-01-01T00:00:00Z")';
    expect(jsonOf<Policy>(await change('add', trueUntil2100)).version).toBe(3);
    expect((await list()).code).toBe(0);
    const other = await change('remove', 'request.time < timestamp("2099-01-01T00:00:00Z")');
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining('not found!') });
    expect(jsonOf<Policy>(await change('remove', trueUntil2100)).version).toBe(1);
    expect((await list()).code).toBe(1);
    const wrong = await change('add', 'request.time <');
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('INVALID_ARGUMENT') });
  });

  it('lets a token creator on a project mint for the accounts in that project', async () => {
    const bind = (verb: string) =>
      owner(
        `projects ${verb}-iam-policy-binding acme-data --member=group:oncall@acme.com ${CREATOR}`,
      );
    const mint = () =>
      stranger(
        'auth print-access-token --impersonate-service-account=batch@acme-data.iam.gserviceaccount.com',
      );
    expect((await mint()).code).toBe(1);
    expect((await bind('add')).code).toBe(0);
    expect((await mint()).code).toBe(0);
    expect((await bind('remove')).code).toBe(0);
    expect((await mint()).code).toBe(1);
  });
});
