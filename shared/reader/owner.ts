import { type Account, sameAccount } from '../domain/chain/account.ts';
import { ReaderError } from './error.ts';
import type { Hosts } from './hosts.ts';
import type { Ask } from './http.ts';
import { claimsOf } from './jwt.ts';
import type { StoredCredential } from './payload.ts';
import type { LedgerEntry } from './secret-manager.ts';

/** What was learnt while asking whose a credential is. */
export type Owned = { readonly expiresAt?: Date };

const mismatch = () =>
  new ReaderError('account-mismatch', 'the credential is of another account than it is to be of');
const unproven = (why: string) =>
  new ReaderError('account-unproven', `whose credential this is cannot be told: ${why}`);

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** An email, a unique ID or both, as far as they are there. */
function accountOf(email: string | undefined, uniqueId: string | undefined): Account | undefined {
  if (email !== undefined) return { email, ...(uniqueId !== undefined && { uniqueId }) };
  return uniqueId === undefined ? undefined : { uniqueId };
}

/** As JSON and JWTs name an account. */
const named = (name: string | undefined): Account | undefined =>
  name?.includes('@') ? accountOf(name, undefined) : accountOf(undefined, name);

/**
 * Asks the credential itself whose it is: the claims of a JWT, Google's introspection of an access token, the published keys for what an
 * account's key signed. What was written beside it, in JSON, can only disprove it: whoever may add a version writes that too.
 *
 * @param entry what the ledger says, where it was asked: a proof that was made when the credential was minted
 * @throws {ReaderError} `account-mismatch`; `account-unproven` where nobody could tell; `cloud-busy`
 */
export async function proveOwner(
  account: Account,
  stored: StoredCredential,
  entry: LedgerEntry | undefined,
  ask: Ask,
  hosts: Hosts,
): Promise<Owned> {
  const stated = named(stored.target);
  if (stated && differ(account, stated)) throw mismatch();

  if (stored.kind === 'signed-blob') {
    if (stored.keyId === undefined) throw unproven('a raw signature does not name its key');
    const keys = await keyIdsOf(account, ask, hosts);
    if (!keys.has(stored.keyId)) throw mismatch();
    return {};
  }
  if (entry?.targetId !== undefined && sameAccount(account, { uniqueId: entry.targetId }))
    return {};

  const { found, expiresAt } =
    stored.kind === 'access-token'
      ? await introspect(stored, ask, hosts)
      : { found: claimed(stored), expiresAt: undefined };
  if (!found) throw unproven('it names no account');
  if (differ(account, found)) throw mismatch();
  if (!sameAccount(account, found) && !(await shareKeys(account, found, ask, hosts))) {
    throw mismatch();
  }
  return { ...(expiresAt && { expiresAt }) };
}

/** One email or one unique ID against another. A re-created account has the same email and is another. */
const differ = (a: Account, b: Account): boolean =>
  (a.uniqueId !== undefined && b.uniqueId !== undefined && a.uniqueId !== b.uniqueId) ||
  (a.email !== undefined && b.email !== undefined && a.email !== b.email.toLowerCase());

function claimed({ kind, token }: StoredCredential): Account | undefined {
  const claims = claimsOf(token.reveal()) ?? {};
  return kind === 'id-token'
    ? accountOf(text(claims.email), text(claims.sub))
    : named(text(claims.iss));
}

/** @see https://cloud.google.com/docs/authentication/token-types#at-inspect */
async function introspect(
  { token }: StoredCredential,
  ask: Ask,
  hosts: Hosts,
): Promise<{ found: Account | undefined; expiresAt: Date | undefined }> {
  // In the body: what is in a URL ends up in logs.
  const form = { access_token: token.reveal() };
  const answer = await ask({ url: `${hosts.oauth2}/tokeninfo`, form, anonymous: true });
  if (answer.status === 400) throw unproven('Google does not know the token, or it is over');
  if (answer.status !== 200) throw unproven('Google does not answer for it just now');
  const { azp, email, exp } = (answer.body ?? {}) as Readonly<Record<string, unknown>>;
  const expiresAt = Number(exp) > 0 ? new Date(Number(exp) * 1000) : undefined;
  return { found: accountOf(text(email), text(azp)), expiresAt };
}

/** An email and a unique ID are of one account when Google publishes the same keys for both. */
async function shareKeys(a: Account, b: Account, ask: Ask, hosts: Hosts): Promise<boolean> {
  const [ofA, ofB] = await Promise.all([keyIdsOf(a, ask, hosts), keyIdsOf(b, ask, hosts)]);
  return [...ofA].some((kid) => ofB.has(kid));
}

/** @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob */
async function keyIdsOf(account: Account, ask: Ask, hosts: Hosts): Promise<ReadonlySet<string>> {
  const name = encodeURIComponent(account.email ?? account.uniqueId ?? '');
  const url = `${hosts.www}/service_accounts/v1/metadata/jwk/${name}`;
  const answer = await ask({ url, anonymous: true });
  if (answer.status !== 200) throw unproven('the keys of the account are not published just now');
  const { keys } = (answer.body ?? {}) as { keys?: readonly { readonly kid?: unknown }[] };
  return new Set((Array.isArray(keys) ? keys : []).map(({ kid }) => String(kid)));
}
