import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';

export const NOW = new Date('2026-11-22T12:00:00Z');
export const OPS = 'acme-ops.iam.gserviceaccount.com';
export const DATA = 'acme-data.iam.gserviceaccount.com';
export const minter = `minter@${OPS}`;
export const relay = `relay@${OPS}`;
export const vault = `vault@${OPS}`;
export const target = `billing@${DATA}`;
export const targetId = '100000000000000000004';

export const binding = (role: string, ...members: string[]) => ({ role, members });
export const account = (email: string) => `serviceAccount:${email}`;
/** A policy that makes the accounts Token Creators. */
export const creatorPolicy = (...emails: string[]) => ({
  bindings: [binding('roles/iam.serviceAccountTokenCreator', ...emails.map(account))],
});

/**
 * The world with the chain minter → relay → vault → billing. Each account is Token Creator of the next one only. `minter` is also
 * Token Creator of an account with extended lifetimes and of a disabled account.
 */
export const chainWorld = () => ({
  organization: {
    id: '900000000001',
    policy: { bindings: [binding('roles/iam.securityReviewer', 'user:rita@acme.com')] },
  },
  folders: [{ id: '800000000001', parent: 'organizations/900000000001', displayName: 'prod' }],
  projects: [
    {
      id: 'acme-ops',
      number: '700000000001',
      parent: 'folders/800000000001',
      policy: { bindings: [binding('roles/owner', 'user:owner@acme.com')] },
    },
    {
      id: 'acme-data',
      number: '700000000002',
      parent: 'organizations/900000000001',
      orgPolicies: {
        'iam.allowServiceAccountCredentialLifetimeExtension': {
          allowedValues: [`batch@${DATA}`],
        },
      },
    },
  ] as object[],
  accounts: [
    { email: minter, uniqueId: '100000000000000000001' },
    { email: relay, uniqueId: '100000000000000000002', policy: creatorPolicy(minter) },
    { email: vault, uniqueId: '100000000000000000003', policy: creatorPolicy(relay) },
    { email: target, uniqueId: targetId, policy: creatorPolicy(vault) },
    { email: `batch@${DATA}`, policy: creatorPolicy(minter) },
    { email: `off@${OPS}`, disabled: true, policy: creatorPolicy(minter) },
    { email: `after-off@${OPS}`, policy: creatorPolicy(`off@${OPS}`) },
  ] as object[],
});

export type ApiResponse = {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
};

export type ChainCloud = LocalCloud & {
  /** The lines that the cloud logged. */
  readonly lines: string[];
  /**
   * Sends a request.
   *
   * @param as the email of an account, or `user:…`; undefined for no token
   * @param body text, or an object to send as JSON
   */
  call(
    as: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiResponse>;
  /** Merges a world into the state. */
  seed(world: unknown): Promise<ApiResponse>;
  tokenOf(as: string): Promise<string>;
};

/** A local cloud. By default its clock stands still. */
export async function openChainCloud(
  world: object = chainWorld(),
  now: () => Date = () => NOW,
): Promise<ChainCloud> {
  const lines: string[] = [];
  const cloud = await startLocalCloud({
    seed: world,
    now,
    log: (line) => lines.push(line),
  });
  const tokens = new Map<string, string>();
  const call: ChainCloud['call'] = async (as, method, path, body, headers) => {
    const response = await fetch(`${cloud.url}${path}`, {
      method,
      headers: {
        ...(as !== undefined && { authorization: `Bearer ${await tokenOf(as)}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as Record<string, unknown>) : { text },
    };
  };
  async function tokenOf(as: string): Promise<string> {
    const cached = tokens.get(as);
    if (cached !== undefined) return cached;
    const { body } = await call(undefined, 'POST', '/_local/token', { account: as });
    tokens.set(as, String(body.accessToken));
    return String(body.accessToken);
  }
  const seed = (seeded: unknown) => call(undefined, 'POST', '/_local/seed', seeded);
  return { ...cloud, lines, call, seed, tokenOf };
}

/** A response in one line: HTTP status, canonical code, and the missing permission or the reason. Only `200` for a success. */
export function outcomeOf({ status, body }: ApiResponse): string {
  const error = body.error as
    | {
        status: string;
        message: string;
        details?: { reason?: string; metadata?: Record<string, string> }[];
      }
    | undefined;
  const [detail] = error?.details ?? [];
  const cause = detail?.metadata?.permission ?? detail?.reason;
  return [status, error?.status, cause].filter((part) => part !== undefined).join(' ');
}
