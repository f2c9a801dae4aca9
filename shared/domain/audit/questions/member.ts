import { err, ok, type Result } from '../../basics/result.ts';
import { foreignCharacterIn, lowerAscii } from '../../basics/text/ascii.ts';
import { quoted } from '../../basics/text/printable.ts';

/** The forms of members that IAM documents, each with an example. @see https://cloud.google.com/iam/docs/principal-identifiers */
const FORMS: readonly (readonly [prefix: string, form: RegExp, example: string])[] = [
  ['user:', /^user:[^\s@:]+@[^\s@:]+\.[^\s@:]+$/, 'user:ada@acme.com'],
  ['group:', /^group:[^\s@:]+@[^\s@:]+\.[^\s@:]+$/, 'group:oncall@acme.com'],
  [
    'serviceAccount:',
    /^serviceAccount:(?:[^\s@:]+@(?:[^\s@:]+\.)?gserviceaccount\.com|[^\s@]+\.svc\.id\.goog\[[^\s\]]+\])$/,
    'serviceAccount:relay@acme-ops.iam.gserviceaccount.com',
  ],
  ['domain:', /^domain:[^\s@:]+\.[^\s@:]+$/, 'domain:acme.com'],
  [
    'principal://',
    /^principal:\/\/iam\.googleapis\.com\/(?:projects\/[^/\s]+\/)?locations\/[^/\s]+\/work(?:load|force)[A-Za-z]*Pools\/[^/\s]+\/\S+$/,
    'principal://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/ci/subject/main',
  ],
  [
    'principalSet://',
    /^principalSet:\/\/(?:iam|cloudresourcemanager)\.googleapis\.com\/\S+$|^principalSet:\/\/goog\/cloudIdentityCustomerId\/\S+$/,
    'principalSet://cloudresourcemanager.googleapis.com/projects/700000000001/type/ServiceAccount',
  ],
  [
    'deleted:',
    /^deleted:\w+:[^?\s]+\?uid=\d+$/,
    'deleted:user:ada@acme.com?uid=123456789012345678901',
  ],
  ['projectOwner:', /^projectOwner:\S+$/, 'projectOwner:acme-ops'],
  ['projectEditor:', /^projectEditor:\S+$/, 'projectEditor:acme-ops'],
  ['projectViewer:', /^projectViewer:\S+$/, 'projectViewer:acme-ops'],
];
const EVERYONE = ['allUsers', 'allAuthenticatedUsers'];
/** Emails and domains, which are ASCII and have no case. */
const NAMED = /^(?:user|group|serviceAccount|domain):/;

/** The forms of deny policies, as an allow policy writes them. */
const OF_DENY_POLICIES: readonly (readonly [form: RegExp, prefix: string])[] = [
  [/^principal:\/\/goog\/subject\/(.+)$/, 'user:'],
  [/^principalSet:\/\/goog\/group\/(.+)$/, 'group:'],
  [/^principal:\/\/iam\.googleapis\.com\/projects\/-\/serviceAccounts\/(.+)$/, 'serviceAccount:'],
];

function asInAllowPolicies(text: string): string {
  if (text === 'principalSet://goog/public:all') return 'allUsers';
  for (const [form, prefix] of OF_DENY_POLICIES) {
    const [, name] = form.exec(text) ?? [];
    if (name !== undefined) return `${prefix}${name}`;
  }
  return text;
}

/** Reads a member that a person wrote, as IAM writes it. @returns a message that says what to write instead */
export function parseMemberText(given: string): Result<string, string> {
  const text = asInAllowPolicies(given.trim());
  if (EVERYONE.includes(text)) return ok(text);
  const foreign = NAMED.test(text) ? foreignCharacterIn(text) : undefined;
  if (foreign !== undefined) {
    return err(`${quoted(text)} contains ${foreign}, which no email has: type it again`);
  }
  const known = FORMS.find(([prefix]) => text.startsWith(prefix));
  if (known) {
    const [prefix, form, example] = known;
    if (!form.test(text)) return err(`${quoted(text)} is not a member: write it as ${example}`);
    return ok(NAMED.test(text) ? `${prefix}${lowerAscii(text.slice(prefix.length))}` : text);
  }
  return err(`${quoted(text)} is not a member: ${meantBy(text)}`);
}

function meantBy(text: string): string {
  const sameCase = [...FORMS.map(([prefix]) => prefix), ...EVERYONE].find((prefix) =>
    lowerAscii(text).startsWith(lowerAscii(prefix)),
  );
  if (sameCase !== undefined) return `write ${sameCase}, in this case`;
  if (/^[^\s@:]+@(?:[^\s@:]+\.)?gserviceaccount\.com$/.test(text)) {
    return `write serviceAccount:${text}`;
  }
  if (/^[^\s@:]+@[^\s@:]+\.[^\s@:]+$/.test(text)) return `write user:${text} or group:${text}`;
  if (/^\d+$/.test(text)) return 'write the email of the account, as serviceAccount:EMAIL';
  return `write it as in IAM, for example ${FORMS.slice(0, 3)
    .map(([, , example]) => example)
    .join(', ')} or allUsers`;
}
