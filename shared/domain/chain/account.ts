import { err, ok, type Result } from '../basics/result.ts';

/** A service account by email, by unique ID, or pinned by both. An account that is created again has the same email and another unique ID. */
export type Account =
  | { readonly email: string; readonly uniqueId?: string }
  | { readonly email?: undefined; readonly uniqueId: string };

const EMAIL = /^[a-z0-9][a-z0-9-]*@(?:[a-z0-9-]+\.)+gserviceaccount\.com$/;
const UNIQUE_ID = /^\d{21}$/;

/**
 * Parses an email, a unique ID, or either after `projects/…/serviceAccounts/`.
 *
 * @returns an error that says what to write instead
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
 * The name of the account in requests: the unique ID if it is known, because an account that is created again does not have it.
 *
 * @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
 */
export const idOf = (account: Account): string => account.uniqueId ?? nameOf(account);

/** The name of the account for people. */
export const nameOf = (account: Account): string =>
  account.email === undefined ? account.uniqueId : account.email;

/** `projects/-/serviceAccounts/…`, the form that Google documents for a target and for delegates. */
export const resourceOf = (account: Account): string =>
  `projects/-/serviceAccounts/${idOf(account)}`;

/** Whether two accounts share an email or a unique ID. */
export const sameAccount = (a: Account, b: Account): boolean =>
  (a.email !== undefined && a.email === b.email) ||
  (a.uniqueId !== undefined && a.uniqueId === b.uniqueId);

/** The project in an email: `acme-ops` for `relay@acme-ops.iam.gserviceaccount.com`. Undefined for default accounts and unique IDs. */
export const projectOf = (account: Account): string | undefined =>
  /@(?<project>[a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(account.email ?? '')?.groups?.project;
