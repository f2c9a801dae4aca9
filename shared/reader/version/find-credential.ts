import { ReaderError } from '../error.ts';
import type { ReadCredential } from '../read-credential.ts';
import type { Call } from '../wire/http.ts';
import { candidatesOf, type Search } from './candidates.ts';
import { type CredentialQuery, readVersion } from './read-version.ts';
import { type Access, accessOf } from './secret-manager.ts';

/** A credential, and whether Hopmint probably stored it. */
type Found = { readonly credential: ReadCredential; readonly trusted: boolean };

/**
 * Finds a credential that is newer than the cached one, and proves its account; undefined if the cached one is the newest.
 *
 * The first credential with `minValidity` left is taken, or else the one that expires last. A word that does not look like a token of Google
 * is not taken before the alias `current`, because somebody else may have added it.
 *
 * @throws {ReaderError} if no version is usable: what is wrong with the first one
 */
export async function findCredential(
  query: CredentialQuery,
  call: Call,
  start: Pick<Search, 'cached' | 'refused' | 'announced'>,
): Promise<ReadCredential | undefined> {
  const secretUrl = `${query.hosts.secretmanager}/v1/${query.secret}`;
  const { cached } = start;
  const access = onceEach(accessOf(call, secretUrl));
  const usable = new Map<number, Found>();
  const unusable = new Map<number, ReaderError>();
  try {
    for await (const { version, text, isCurrent } of candidatesOf({ access, ...start })) {
      if (unusable.has(version)) continue;
      const credential =
        usable.get(version)?.credential ?? (await readVersion(version, text, query, call));
      if (credential instanceof ReaderError) {
        unusable.set(version, credential);
        continue;
      }
      const trusted = isCurrent ?? looksLikeGoogles(credential);
      if (trusted && lastsLongEnough(credential, query)) return credential;
      usable.set(version, { credential, trusted });
    }
  } catch (error) {
    if (usable.size === 0) throw error;
  }
  const [best] = [...usable.values()].sort(
    (a, b) =>
      Number(b.trusted) - Number(a.trusted) || +b.credential.expiresAt - +a.credential.expiresAt,
  );
  if (best && (best.trusted || cached === 0)) return best.credential;
  const [first] = unusable.values();
  if (first) throw first;
  if (cached > 0) return undefined;
  throw new ReaderError(
    'secret-disabled',
    'the newest versions of the secret are disabled or destroyed',
  );
}

/** An assumed expiry decides nothing. */
const lastsLongEnough = (
  { expiresAt, expiryFrom }: ReadCredential,
  { minValidityMs, now }: CredentialQuery,
): boolean => expiryFrom === 'assumption' || +expiresAt - +now() >= minValidityMs;

/** Google's access tokens begin like this today, but Google does not promise it. Every other kind and format has a form of its own. */
const looksLikeGoogles = ({ kind, format, token, expiryFrom }: ReadCredential): boolean =>
  kind !== 'access-token' ||
  format === 'json' ||
  expiryFrom !== 'assumption' ||
  token.reveal().startsWith('ya29.');

/** Accesses each version once in a search. */
function onceEach(access: Access): Access {
  const results = new Map<number | string, ReturnType<Access>>();
  return (version) => {
    const result = results.get(version) ?? access(version);
    results.set(version, result);
    return result;
  };
}
