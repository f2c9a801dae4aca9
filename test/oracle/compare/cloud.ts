import { startLocalCloud } from '../../../local/cloud.ts';
import type { SigningKey } from '../../../local/state/credentials.ts';
import type { Way } from '../iam/mint.ts';
import type { World } from '../iam/world.ts';

export type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** A local cloud with a world, and a clock that the test moves. */
export type WorldCloud = {
  readonly clock: { at: number };
  readonly fetch: typeof fetch;
  tokenOf(who: string): Promise<string>;
  call(token: string, method: string, path: string, body?: object): Promise<Answer>;
  close(): Promise<void>;
};

/** RSA keys are expensive to make, so all local clouds of a process share them. */
const KEYS = new Map<string, Promise<SigningKey>>();
const TOKEN_SECONDS = 100 * 86_400;
const SCOPE = ['https://www.googleapis.com/auth/cloud-platform'];

export async function openWorld(world: World, at: number): Promise<WorldCloud> {
  const clock = { at };
  const local = await startLocalCloud({
    seed: world,
    now: () => new Date(clock.at),
    log() {},
  });
  const { signingKeys } = local.state;
  for (const [id, key] of KEYS) signingKeys.set(id, key);
  const tokens = new Map<string, string>();
  const call: WorldCloud['call'] = async (token, method, path, body) => {
    const response = await local.fetch(`http://127.0.0.1:1${path}`, {
      method,
      headers: { ...(token !== '' && { authorization: `Bearer ${token}` }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : { text } };
  };
  return {
    clock,
    fetch: local.fetch as typeof fetch,
    call,
    async tokenOf(who) {
      const known = tokens.get(who);
      if (known !== undefined) return known;
      const asked = { account: who, lifetimeSeconds: TOKEN_SECONDS };
      const { status, body } = await call('', 'POST', '/_local/token', asked);
      if (status !== 200) throw new Error(`No token of ${who}: ${JSON.stringify(body)}`);
      tokens.set(who, String(body.accessToken));
      return String(body.accessToken);
    },
    async close() {
      for (const [id, key] of signingKeys) KEYS.set(id, key);
      await local.close();
    },
  };
}

const BODIES: Readonly<Record<string, object>> = {
  generateAccessToken: { scope: SCOPE },
  generateIdToken: { audience: 'https://partner.example.com' },
  signJwt: { payload: '{"aud":"https://partner.example.com"}' },
  signBlob: { payload: 'cmVsZWFzZQ==' },
};
const METHODS: Readonly<Record<string, string>> = {
  'iam.serviceAccounts.getAccessToken': 'generateAccessToken',
  'iam.serviceAccounts.getOpenIdToken': 'generateIdToken',
  'iam.serviceAccounts.signJwt': 'signJwt',
  'iam.serviceAccounts.signBlob': 'signBlob',
};

/** Asks IAM Credentials for a credential of the target. */
export function mintFor(
  cloud: WorldCloud,
  token: string,
  { delegates, permission }: Pick<Way, 'delegates' | 'permission'>,
  target: string,
): Promise<Answer> {
  const method = METHODS[permission] ?? '';
  return cloud.call(token, 'POST', `/v1/projects/-/serviceAccounts/${target}:${method}`, {
    ...BODIES[method],
    delegates: delegates.map((email) => `projects/-/serviceAccounts/${email}`),
  });
}
