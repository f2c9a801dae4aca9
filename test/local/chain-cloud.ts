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
export const creator = (...emails: string[]) => ({
  bindings: [binding('roles/iam.serviceAccountTokenCreator', ...emails.map(account))],
});
export const account = (email: string) => `serviceAccount:${email}`;

/** minter → relay → vault → billing, each the token creator of the next; minter alone reaches nothing else. */
export const acme = () => ({
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
    { email: relay, uniqueId: '100000000000000000002', policy: creator(minter) },
    { email: vault, uniqueId: '100000000000000000003', policy: creator(relay) },
    { email: target, uniqueId: targetId, policy: creator(vault) },
    { email: `batch@${DATA}`, policy: creator(minter) },
    { email: `off@${OPS}`, disabled: true, policy: creator(minter) },
    { email: `after-off@${OPS}`, policy: creator(`off@${OPS}`) },
  ] as object[],
});

export type Answer = {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
};

export type Acme = LocalCloud & {
  /** The lines that the cloud logged. */
  readonly lines: string[];
  /** A call, as an account or `user:…`, or anonymous. Bodies are JSON, or text as it stands. */
  call(
    as: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  tokenOf(as: string): Promise<string>;
};

/** A local cloud whose clock stands still. */
export async function openAcme(seed: object = acme()): Promise<Acme> {
  const lines: string[] = [];
  const cloud = await startLocalCloud({
    seed,
    now: () => NOW,
    log: (line) => lines.push(line),
  });
  const tokens = new Map<string, string>();
  const send: Acme['call'] = async (as, method, path, body, headers) => {
    const answer = await fetch(`${cloud.url}${path}`, {
      method,
      headers: {
        ...(as !== undefined && { authorization: `Bearer ${await tokenOf(as)}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json');
    return {
      status: answer.status,
      headers: answer.headers,
      body: isJson ? (JSON.parse(text) as Record<string, unknown>) : { text },
    };
  };
  async function tokenOf(as: string): Promise<string> {
    const known = tokens.get(as);
    if (known !== undefined) return known;
    const { body } = await send(undefined, 'POST', '/_local/token', { account: as });
    tokens.set(as, String(body.accessToken));
    return String(body.accessToken);
  }
  return { ...cloud, lines, call: send, tokenOf };
}

/** What a refusal says: HTTP status, code, and the permission that is missing. */
export function refusalOf({ status, body }: Answer): string {
  const error = body.error as
    | {
        status: string;
        message: string;
        details?: { reason?: string; metadata?: Record<string, string> }[];
      }
    | undefined;
  const [detail] = error?.details ?? [];
  const said = detail?.metadata?.permission ?? detail?.reason;
  return [status, error?.status, said].filter((part) => part !== undefined).join(' ');
}
