import type { Certificate } from '../certificate/certificate.ts';
import { isInSet, type SnapshotIndex } from '../certificate/snapshot-index.ts';
import { any, not, type Truth } from './time.ts';

type Known = Pick<SnapshotIndex, 'groups'>;
type Rule = Certificate['snapshot']['denyPolicies'][number]['rules'][number];

/** Does a rule deny a permission to everyone that the member names? `no`: it denies it to nobody of them. */
export function denies(rule: Rule, permission: string, member: string, known: Known): Truth {
  const name = permission.replace(/^resourcemanager\./, 'cloudresourcemanager.');
  const parts = name.replace('.', '.googleapis.com/').split(/[./]/);
  const matches = (pattern: string) => {
    const parted = pattern.split(/[./]/);
    const isEach = parted.every((part, i) => part === parts[i] || (part === '*' && i > 2));
    return isEach && parted.length === parts.length;
  };
  if (!rule.deniedPermissions.some(matches) || rule.exceptionPermissions.some(matches)) return 'no';
  const names = (principals: readonly string[]) =>
    any(principals.map((principal) => includes(principal, member, known)));
  const open: Truth = rule.hasCondition ? 'unknown' : 'no';
  return not(any([not(names(rule.deniedPrincipals)), names(rule.exceptionPrincipals), open]));
}

const SINGLE =
  /^principal:\/\/(goog\/subject|iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts)\/([^/]+)$/;
/** Google documents one form for people, and another one for accounts. */
const FORMS: Readonly<Record<string, string>> = {
  user: 'goog/subject',
  serviceAccount: 'iam.googleapis.com/projects/-/serviceAccounts',
};

function includes(principal: string, member: string, known: Known): Truth {
  const set = principal.replace(/^principalSet:\/\/goog\/group\//, 'group:');
  if (set === 'principalSet://goog/public:all' || set === member) return 'yes';
  const [, kind = '', email] = /^(user|serviceAccount):(.+@.+)$/.exec(member) ?? [];
  if (email === undefined) return 'unknown';
  const [, form, named] = SINGLE.exec(principal) ?? [];
  if (named === undefined) {
    const isInside = isInSet(known, member, set);
    return isInside === undefined ? 'unknown' : isInside ? 'yes' : 'no';
  }
  if (named !== email) return 'no';
  return form === FORMS[kind] ? 'yes' : 'unknown';
}
