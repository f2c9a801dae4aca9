import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  deniedFor,
  type Gcloud,
  jsonOf,
  type LocalWithGcloud,
  openLocalWithGcloud,
} from './gcloud.ts';

const minter = 'minter@acme-ops.iam.gserviceaccount.com';
const ACCESSOR = `--member=serviceAccount:${minter} --role=roles/secretmanager.secretAccessor`;
const NAME = 'projects/700000000001/secrets/billing';

let local: LocalWithGcloud;
let owner: Gcloud;
let caller: Gcloud;
let file: (text: string) => Promise<string>;
beforeAll(async () => {
  local = await openLocalWithGcloud();
  [owner, caller] = await Promise.all([local.as('user:owner@acme.com'), local.as(minter)]);
  file = async (text) => {
    const path = join(local.directory, text);
    await writeFile(path, text);
    return `--data-file=${path}`;
  };
});
afterAll(() => local.close());

const secrets = (command: string, ...more: string[]) => owner(`secrets ${command}`, ...more);
const access = (version: string, as = owner) =>
  as(`secrets versions access ${version} --secret=billing`);
const failed = (message: string) => ({ code: 1, err: expect.stringContaining(message) });
const inState = (version: number, state: string) =>
  failed(`FAILED_PRECONDITION: Secret Version [${NAME}/versions/${version}] is in ${state} state.`);

/** Each test continues where the one before it ended. */
describe('gcloud secrets, from the creation of a secret to its deletion,', () => {
  it('creates it with labels, annotations and a first version', async () => {
    const created = await secrets(
      'create billing --replication-policy=automatic --labels=team=ops --set-annotations=note=first',
      await file('one'),
    );
    expect(created).toMatchObject({
      code: 0,
      err: 'Created version [1] of the secret [billing].\n',
    });
    const [described, again, listed, other, unknown, forbidden] = await Promise.all([
      secrets('describe billing --format=json'),
      secrets('create billing --replication-policy=automatic'),
      secrets('list --filter=labels.team=ops --format=json'),
      secrets('list --filter=labels.team=dev --format=json'),
      secrets('describe nope'),
      caller('secrets describe billing'),
    ]);
    const secret = jsonOf(described);
    expect(secret).toMatchObject({
      name: NAME,
      labels: { team: 'ops' },
      annotations: { note: 'first' },
      replication: { automatic: {} },
      etag: expect.stringMatching(/^".+"$/),
    });
    expect(again).toMatchObject(failed(`Secret [${NAME}] already exists.`));
    expect(jsonOf<object[]>(listed)).toEqual([secret]);
    expect(jsonOf<object[]>(other)).toEqual([]);
    expect(unknown).toMatchObject(failed('NOT_FOUND: Secret [projects/700000000001/secrets/nope]'));
    expect(forbidden).toEqual(deniedFor('secretmanager.secrets.get'));
  });

  it('adds versions, and reads them by number, by latest and by alias', async () => {
    const added = await secrets('versions add billing', await file('two'));
    expect(added).toMatchObject({ code: 0, err: 'Created version [2] of the secret [billing].\n' });
    const [aliased, missing] = [
      await secrets('update billing --update-version-aliases=stable=1'),
      await secrets('update billing --update-version-aliases=missing=7'),
    ];
    expect([aliased.code, missing.code]).toEqual([0, 1]);
    const [first, latest, stable, alias, ninth] = await Promise.all(
      ['1', 'latest', 'stable', 'nothing', '9'].map((version) => access(version)),
    );
    expect([first, latest, stable].map((ran) => ran?.out)).toEqual(['one', 'two', 'one']);
    expect(alias).toMatchObject(failed(`NOT_FOUND: Secret [${NAME}] has no alias [nothing].`));
    expect(ninth).toMatchObject(
      failed(`NOT_FOUND: Secret Version [${NAME}/versions/9] not found.`),
    );
  });

  it('updates labels and annotations, and refuses a stale etag', async () => {
    const stale = await secrets('update billing --update-labels=a=b --etag="stale"');
    expect(stale).toMatchObject(failed('FAILED_PRECONDITION: The provided etag ["stale"]'));
    expect((await secrets('update billing --update-labels=a=b --remove-labels=team')).code).toBe(0);
    expect((await secrets('update billing --update-annotations=note=second')).code).toBe(0);
    expect(jsonOf(await secrets('describe billing --format=json'))).toMatchObject({
      labels: { a: 'b' },
      annotations: { note: 'second' },
      versionAliases: { stable: '1' },
    });
  });

  it('disables the newest version, without latest becoming an older one, and enables it', async () => {
    expect((await secrets('versions disable 2 --secret=billing')).code).toBe(0);
    const [latest, second, first, versions] = await Promise.all([
      access('latest'),
      access('2'),
      access('1'),
      secrets('versions list billing --format=json'),
    ]);
    expect(latest).toMatchObject(inState(2, 'DISABLED'));
    expect(second).toMatchObject(inState(2, 'DISABLED'));
    expect(first).toMatchObject({ code: 0, out: 'one' });
    expect(jsonOf<object[]>(versions)).toMatchObject([
      { name: `${NAME}/versions/2`, state: 'DISABLED' },
      { name: `${NAME}/versions/1`, state: 'ENABLED' },
    ]);
    expect((await secrets('versions enable 2 --secret=billing')).code).toBe(0);
    expect((await access('latest')).out).toBe('two');
  });

  it('destroys a version permanently', async () => {
    const stale = await secrets('versions destroy 1 --secret=billing --etag="stale"');
    expect(stale).toMatchObject(failed('FAILED_PRECONDITION: The provided etag ["stale"]'));
    expect((await secrets('versions destroy 1 --secret=billing')).code).toBe(0);
    const [read, enabled, described] = await Promise.all([
      access('1'),
      secrets('versions enable 1 --secret=billing'),
      secrets('versions describe 1 --secret=billing --format=json'),
    ]);
    expect(read).toMatchObject(inState(1, 'DESTROYED'));
    expect(enabled).toMatchObject(inState(1, 'DESTROYED'));
    expect(jsonOf(described)).toMatchObject({
      state: 'DESTROYED',
      destroyTime: expect.any(String),
      clientSpecifiedPayloadChecksum: true,
    });
  });

  it('gives access to a member of its policy, and only to the version that the condition names', async () => {
    expect(await access('2', caller)).toEqual(deniedFor('secretmanager.versions.access'));
    const bind = (verb: string, ...more: string[]) =>
      secrets(`${verb}-iam-policy-binding billing ${ACCESSOR}`, ...more);
    expect((await bind('add')).code).toBe(0);
    const [read, described, policy] = await Promise.all([
      access('2', caller),
      caller('secrets describe billing'),
      secrets('get-iam-policy billing --format=json'),
    ]);
    expect(read).toMatchObject({ code: 0, out: 'two' });
    expect(described).toEqual(deniedFor('secretmanager.secrets.get'));
    expect(jsonOf(policy)).toMatchObject({
      version: 1,
      bindings: [{ members: [`serviceAccount:${minter}`] }],
    });
    expect((await bind('remove')).code).toBe(0);

    const two = '--condition=title=two,expression=resource.name.endsWith("/versions/2")';
    expect((await bind('add', two)).code).toBe(0);
    const [second, latest] = await Promise.all([access('2', caller), access('latest', caller)]);
    expect(second).toMatchObject({ code: 0, out: 'two' });
    expect(latest).toEqual(deniedFor('secretmanager.versions.access'));
  });

  it('deletes the secret with its versions and its policy', async () => {
    const stale = await secrets('delete billing --etag="stale"');
    expect(stale).toMatchObject(failed('FAILED_PRECONDITION: The provided etag ["stale"]'));
    expect((await secrets('delete billing')).code).toBe(0);
    expect(await access('2')).toMatchObject(failed('NOT_FOUND'));
    expect((await secrets('create billing --replication-policy=automatic')).code).toBe(0);
    const [latest, policy] = await Promise.all([
      access('latest'),
      secrets('get-iam-policy billing --format=json'),
    ]);
    expect(latest).toMatchObject(failed(`Secret [${NAME}] not found or has no versions.`));
    expect(jsonOf(policy)).toEqual({ etag: 'ACAB' });
  });
});

describe('gcloud secrets', () => {
  it('stores regions, an expiry, and a delay before a version is destroyed', async () => {
    const created = await secrets(
      'create guarded --replication-policy=user-managed --locations=us-central1,us-east1 --ttl=7200s --version-destroy-ttl=86400s',
      await file('kept'),
    );
    expect(created.code).toBe(0);
    expect((await secrets('versions destroy 1 --secret=guarded')).code).toBe(0);
    const [secret, version] = await Promise.all([
      secrets('describe guarded --format=json'),
      secrets('versions describe 1 --secret=guarded --format=json'),
    ]);
    expect(jsonOf(secret)).toMatchObject({
      replication: {
        userManaged: { replicas: [{ location: 'us-central1' }, { location: 'us-east1' }] },
      },
      versionDestroyTtl: '86400s',
      expireTime: expect.any(String),
    });
    expect(jsonOf(version)).toMatchObject({
      state: 'DISABLED',
      scheduledDestroyTime: expect.any(String),
    });
  });
});
