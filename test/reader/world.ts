import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { SecretCredential, type SecretCredentialOptions } from '../../shared/reader/index.ts';
import type { Authorizer } from '../../shared/reader/wire/http.ts';

export const READER = 'exporter@acme-ops.iam.gserviceaccount.com';
export const TARGET = 'billing@acme-data.iam.gserviceaccount.com';
export const TARGET_ID = '100000000000000000004';
export const OTHER = 'other@acme-data.iam.gserviceaccount.com';
export const OTHER_ID = '100000000000000000005';
export const SECRET = 'projects/acme-ops/secrets/billing';
export const TOPIC = 'projects/acme-data/topics/exports';

const memberOf = (email: string) => `serviceAccount:${email}`;
const binding = (role: string, ...emails: string[]) => ({ role, members: emails.map(memberOf) });

const OWNER = 'user:owner@acme.com';
const SEED = {
  projects: [
    { id: 'acme-ops', policy: { bindings: [{ role: 'roles/owner', members: [OWNER] }] } },
    { id: 'acme-data' },
  ],
  accounts: [
    { email: READER },
    {
      email: TARGET,
      uniqueId: TARGET_ID,
      policy: { bindings: [binding('roles/iam.serviceAccountTokenCreator', READER)] },
    },
    {
      email: OTHER,
      uniqueId: OTHER_ID,
      policy: { bindings: [binding('roles/iam.serviceAccountTokenCreator', READER)] },
    },
  ],
  secrets: [
    {
      name: SECRET,
      labels: { 'managed-by': 'hopmint' },
      policy: { bindings: [binding('roles/secretmanager.secretAccessor', READER)] },
    },
  ],
  topics: [{ name: TOPIC, policy: { bindings: [binding('roles/pubsub.publisher', TARGET)] } }],
};

/** The signing keys of all worlds of a test file. To make a new key takes 40 ms. */
const KEYS: LocalCloud['state']['signingKeys'] = new Map();

export type ReaderWorld = {
  readonly local: LocalCloud;
  readonly clock: { now: Date };
  advance(minutes: number): void;
  /** Adds a version with this text as its payload. */
  store(text: string): Promise<void>;
  /** Enables, disables or destroys a version, by its number. */
  move(version: number, how: 'disable' | 'enable' | 'destroy'): Promise<void>;
  /** Calls a method of IAM Credentials for an account, as an identity that may call every method. Returns the answer. */
  mint(method: string, body: object, account?: string): Promise<Record<string, string>>;
  accessToken(account?: string, scope?: string[]): Promise<string>;
  /** A payload in the format json that expires in one hour. */
  json(part?: object): Promise<string>;
  reader(options?: Partial<SecretCredentialOptions>): SecretCredential;
  /** An access token of the account that may read the secret. It lasts for one day. */
  readonly token: string;
  /** The calls to Secret Manager since the last call: the version of each, or `secret`. */
  accesses(): string[];
  /** Every call since the last call, as `api method`. */
  calls(): string[];
  close(): Promise<void>;
};

/** A local cloud with one secret and one account that may read it. Its clock does not move by itself. */
export async function openReaderWorld(
  start = new Date('2026-11-22T12:00:00Z'),
): Promise<ReaderWorld> {
  const clock = { now: start };
  const local = await startLocalCloud({
    now: () => clock.now,
    random: () => 0.99, // the most stale answer
    seed: SEED,
  });
  for (const [owner, key] of KEYS) local.state.signingKeys.set(owner, key);
  const post = async (path: string, body: object, token?: string) => {
    const answer = await fetch(`${local.url}${path}`, {
      method: 'POST',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as Record<string, string>;
  };
  const tokenOf = async (account: string): Promise<string> =>
    (await post('/_local/token', { account, lifetimeSeconds: 86_400 })).accessToken ?? '';
  const token = await tokenOf(READER);
  const owner = await tokenOf(OWNER);
  const auth: Authorizer = {
    getRequestHeaders: async () => new Headers({ authorization: `Bearer ${token}` }),
  };
  let seen = local.state.requests.length;
  const since = () => {
    const requests = local.state.requests.slice(seen);
    seen = local.state.requests.length;
    return requests;
  };

  const world: ReaderWorld = {
    local,
    clock,
    token,
    advance(minutes) {
      clock.now = new Date(clock.now.getTime() + minutes * 60_000);
    },
    async store(text) {
      const payload = { data: Buffer.from(text).toString('base64') };
      await post(`/v1/${SECRET}:addVersion`, { payload }, owner);
      since();
    },
    async move(version, how) {
      await post(`/v1/${SECRET}/versions/${version}:${how}`, {}, owner);
      since();
    },
    mint: (method, body, account = TARGET) =>
      post(`/v1/projects/-/serviceAccounts/${account}:${method}`, body, token),
    async accessToken(account, scope = ['https://www.googleapis.com/auth/cloud-platform']) {
      return (await world.mint('generateAccessToken', { scope }, account)).accessToken ?? '';
    },
    async json(part = {}) {
      return JSON.stringify({
        version: 1,
        kind: 'access-token',
        target: TARGET,
        token: await world.accessToken(),
        mintedAt: clock.now.toISOString(),
        expiresAt: new Date(clock.now.getTime() + 3_600_000).toISOString(),
        ...part,
      });
    },
    reader: (options = {}) =>
      new SecretCredential({
        secret: SECRET,
        auth,
        env: { HOPMINT_CLOUD: local.url },
        now: () => clock.now,
        random: () => 0.5,
        sleep: async () => {},
        ...options,
      }),
    accesses: () => since().map(({ path }) => /versions\/([^:]+):access$/.exec(path)?.[1] ?? path),
    calls: () => since().map(({ api, apiMethod }) => `${api} ${apiMethod}`),
    async close() {
      for (const [owner, key] of local.state.signingKeys) KEYS.set(owner, key);
      await local.close();
    },
  };
  since();
  return world;
}
