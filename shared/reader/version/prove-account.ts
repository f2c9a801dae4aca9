import { lowerAscii } from '../../domain/basics/text/ascii.ts';
import { type Account, sameAccount } from '../../domain/chain/account.ts';
import { ReaderError } from '../error.ts';
import type { Hosts } from '../wire/hosts.ts';
import type { Call } from '../wire/http.ts';
import { claimsOf } from './jwt.ts';
import type { StoredCredential } from './payload.ts';
import type { LedgerEntry } from './secret-manager.ts';

/** What introspection added while the account was proved. */
export type AccountProof = { readonly expiresAt?: Date };

const mismatch = () =>
  new ReaderError('account-mismatch', 'the credential belongs to another account');
const unproven = (why: string) =>
  new ReaderError('account-unproven', `the account of this credential is unknown: ${why}`);

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** From an email, a unique ID, or both; undefined without either. */
function accountOf(email: string | undefined, uniqueId: string | undefined): Account | undefined {
  if (email !== undefined) return { email, ...(uniqueId !== undefined && { uniqueId }) };
  return uniqueId === undefined ? undefined : { uniqueId };
}

/** From a name as in JSON and JWTs: an email or a unique ID. */
const accountNamed = (name: string | undefined): Account | undefined =>
  name?.includes('@') ? accountOf(name, undefined) : accountOf(undefined, name);

/**
 * Proves that a credential belongs to the account: by the claims of a JWT, by Google's introspection of an access token, by the account's
 * published keys for a signature. The account that the JSON format names can only disprove it, because anyone who may add a version writes
 * that too.
 *
 * @param entry the ledger's entry, if it was read: the proof from the time of minting
 * @throws {ReaderError} `account-mismatch`; `account-unproven` if nothing proves the account
 */
export async function proveAccount(
  account: Account,
  stored: StoredCredential,
  entry: LedgerEntry | undefined,
  call: Call,
  hosts: Hosts,
): Promise<AccountProof> {
  const stated = accountNamed(stored.target);
  if (stated && differ(account, stated)) throw mismatch();

  if (stored.kind === 'signed-blob') {
    if (stored.keyId === undefined) throw unproven('a raw signature does not name its key');
    const keys = await keyIdsOf(account, call, hosts);
    if (!keys.has(stored.keyId)) throw mismatch();
    return {};
  }
  if (entry?.targetId !== undefined && sameAccount(account, { uniqueId: entry.targetId }))
    return {};

  const { found, expiresAt } =
    stored.kind === 'access-token'
      ? await introspect(stored, call, hosts)
      : { found: claimed(stored), expiresAt: undefined };
  if (!found) throw unproven('it names no account');
  if (differ(account, found)) throw mismatch();
  if (!sameAccount(account, found) && !(await shareKeys(account, found, call, hosts))) {
    throw mismatch();
  }
  return { ...(expiresAt && { expiresAt }) };
}

/** Whether two accounts contradict each other. An account that is created again has the same email and another unique ID. */
const differ = (a: Account, b: Account): boolean =>
  (a.uniqueId !== undefined && b.uniqueId !== undefined && a.uniqueId !== b.uniqueId) ||
  (a.email !== undefined && b.email !== undefined && a.email !== lowerAscii(b.email));

function claimed({ kind, token }: StoredCredential): Account | undefined {
  const claims = claimsOf(token.reveal()) ?? {};
  return kind === 'id-token'
    ? accountOf(text(claims.email), text(claims.sub))
    : accountNamed(text(claims.iss));
}

/** @see https://cloud.google.com/docs/authentication/token-types#at-inspect */
async function introspect(
  { token }: StoredCredential,
  call: Call,
  hosts: Hosts,
): Promise<{ found: Account | undefined; expiresAt: Date | undefined }> {
  // In the body, because URLs end up in logs.
  const form = { access_token: token.reveal() };
  const response = await call({ url: `${hosts.oauth2}/tokeninfo`, form, anonymous: true });
  if (response.status === 400)
    throw unproven('Google does not know the token, or the token has expired');
  if (response.status !== 200) throw unproven('Google does not answer at the moment');
  const { azp, email, exp } = (response.body ?? {}) as Readonly<Record<string, unknown>>;
  const expiresAt = Number(exp) > 0 ? new Date(Number(exp) * 1000) : undefined;
  return { found: accountOf(text(email), text(azp)), expiresAt };
}

/** An email and a unique ID belong to one account if Google publishes the same keys for both. */
async function shareKeys(a: Account, b: Account, call: Call, hosts: Hosts): Promise<boolean> {
  const [ofA, ofB] = await Promise.all([keyIdsOf(a, call, hosts), keyIdsOf(b, call, hosts)]);
  return [...ofA].some((kid) => ofB.has(kid));
}

/** @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob */
async function keyIdsOf(account: Account, call: Call, hosts: Hosts): Promise<ReadonlySet<string>> {
  const name = encodeURIComponent(account.email ?? account.uniqueId ?? '');
  const url = `${hosts.www}/service_accounts/v1/metadata/jwk/${name}`;
  const response = await call({ url, anonymous: true });
  if (response.status !== 200) throw unproven('the account has no published keys at the moment');
  const { keys } = (response.body ?? {}) as { keys?: readonly { readonly kid?: unknown }[] };
  return new Set((Array.isArray(keys) ? keys : []).map(({ kid }) => String(kid)));
}
