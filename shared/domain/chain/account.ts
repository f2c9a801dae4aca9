import { err, ok, type Result } from '../basics/result.ts';
import { foreignCharacterIn, lowerAscii } from '../basics/text/ascii.ts';
import { quoted } from '../basics/text/printable.ts';

/** A service account by email, by unique ID, or pinned by both. An account that is created again has the same email and another unique ID. */
export type Account =
  | { readonly email: string; readonly uniqueId?: string }
  | { readonly email?: undefined; readonly uniqueId: string };

/** The account of App Engine in a domain-scoped project has a dot before its @: `acme.example.com@appspot.gserviceaccount.com`. */
const EMAIL = /^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*@(?:[a-z0-9-]+\.)+gserviceaccount\.com$/;
/** Google's numbers have no zero at the start. */
const UNIQUE_ID = /^[1-9]\d{20}$/;

const ADVICE =
  'write a service account: its email, as in relay@acme-ops.iam.gserviceaccount.com, or its 21-digit unique ID';

/** Whether an account is as `parseAccount` gives it. A published file that somebody edited may have others. */
export const isAccount = ({ email, uniqueId }: Partial<Account>): boolean =>
  (email === undefined || EMAIL.test(email)) &&
  (uniqueId === undefined || UNIQUE_ID.test(uniqueId)) &&
  (email ?? uniqueId) !== undefined;

/**
 * Parses an email, a unique ID, or either after `projects/…/serviceAccounts/`. It refuses every other text. Only the
 * case of an email may differ.
 *
 * @returns an error that says what to write instead
 */
export function parseAccount(text: string): Result<Account, string> {
  const name = /^projects\/[^/]+\/serviceAccounts\/([^/]+)$/.exec(text)?.[1] ?? text;
  if (UNIQUE_ID.test(name)) return ok({ uniqueId: name });
  const email = lowerAscii(name);
  return EMAIL.test(email) ? ok({ email }) : err(faultOf(text, name));
}

function faultOf(text: string, name: string): string {
  const foreign = foreignCharacterIn(name);
  if (foreign === 'U+0020' && name.trim() !== name) return 'remove the spaces around this account';
  if (foreign !== undefined) {
    return `${quoted(name)} contains ${foreign}, and an account has only ASCII letters, digits and signs: type it again, because this character can look like another one, or be invisible`;
  }
  if (/^serviceAccount:/.test(text)) {
    return `write the account without "serviceAccount:", as ${text.slice(15)}`;
  }
  if (/^\d+$/.test(name) && name.length !== 21) {
    return `a unique ID has 21 digits, this has ${name.length}`;
  }
  if (/^[+-]?(?:\d[\d._,]*|\.\d+)(?:e[+-]?\d+)?$/i.test(name) || /^[+-]?0[xob]/i.test(name)) {
    return `${quoted(name)} is not a unique ID: write its 21 digits in quotes, without a sign, a point, an exponent, or a zero at the start`;
  }
  if (name.endsWith('.')) return 'remove the dot at the end of this email';
  if (name.endsWith('.gserviceaccount.com')) {
    return `${quoted(name)} is not the email of a service account: before and after the @ it has letters, digits, "-" and single dots`;
  }
  if (name.includes('@')) {
    return 'only a service account can be impersonated: its email ends in .gserviceaccount.com, as in relay@acme-ops.iam.gserviceaccount.com';
  }
  return ADVICE;
}

/** Why a number cannot be a unique ID. YAML and JSON keep the digits of a long number only if it is written as digits. */
export const faultOfNumber = (value: number): string =>
  Number.isSafeInteger(value) && value >= 0
    ? `a unique ID has 21 digits, this has ${String(value).length}`
    : 'this number is not written as 21 digits: write the unique ID in quotes';

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
