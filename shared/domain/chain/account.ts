import { err, ok, type Result } from '../basics/result.ts';

/** A service account: its email, its unique ID, or both, which pins it: a re-created account has the same email and another ID. */
export type Account =
  | { readonly email: string; readonly uniqueId?: string }
  | { readonly email?: undefined; readonly uniqueId: string };

const EMAIL = /^[a-z0-9][a-z0-9-]*@(?:[a-z0-9-]+\.)+gserviceaccount\.com$/;
const UNIQUE_ID = /^\d{21}$/;

/**
 * An account from the text that names it: an email, a unique ID, or either behind `projects/…/serviceAccounts/`.
 *
 * @returns what to write instead, when it is none of these.
 */
export function parseAccount(text: string): Result<Account, string> {
  const name = /^projects\/[^/]+\/serviceAccounts\/([^/]+)$/.exec(text)?.[1] ?? text;
  if (UNIQUE_ID.test(name)) return ok({ uniqueId: name });
  const email = name.toLowerCase();
  if (EMAIL.test(email)) return ok({ email });
  if (/^serviceAccount:/.test(text)) {
    return err(`write the account without "serviceAccount:", as ${text.slice(15)}`);
  }
  if (/^\d+$/.test(name)) {
    return err(`a unique ID has 21 digits, this has ${name.length}`);
  }
  if (name.includes('@')) {
    return err(
      'only a service account can be impersonated: its email ends in .gserviceaccount.com, as in relay@acme-ops.iam.gserviceaccount.com',
    );
  }
  return err(
    'write a service account: its email, as in relay@acme-ops.iam.gserviceaccount.com, or its 21-digit unique ID',
  );
}

/**
 * What names the account on the wire: the unique ID where it is known, as no re-created account has it.
 *
 * @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
 */
export const idOf = (account: Account): string => account.uniqueId ?? nameOf(account);

/** What a person calls it. */
export const nameOf = (account: Account): string =>
  account.email === undefined ? account.uniqueId : account.email;

/** `projects/-/serviceAccounts/…`, the form that Google documents for a target and for delegates. */
export const resourceOf = (account: Account): string =>
  `projects/-/serviceAccounts/${idOf(account)}`;

/** The same account, as far as can be told without asking: one email or one unique ID. */
export const sameAccount = (a: Account, b: Account): boolean =>
  (a.email !== undefined && a.email === b.email) ||
  (a.uniqueId !== undefined && a.uniqueId === b.uniqueId);

/** The project that an email tells: `relay@acme-ops.iam.gserviceaccount.com` is in `acme-ops`. Default accounts and IDs tell none. */
export const projectOf = (account: Account): string | undefined =>
  /@(?<project>[a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(account.email ?? '')?.groups?.project;
