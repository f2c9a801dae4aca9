import type { Declaration } from '../domain/audit/questions/declared.ts';
import type { PrincipalAnswer } from '../domain/audit/questions/principal.ts';
import type { AccessStep, PrincipalAccess } from '../domain/audit/questions/principals.ts';
import type { When } from '../domain/audit/questions/when.ts';
import { printable } from '../domain/basics/text/printable.ts';
import type { Unread } from '../domain/basics/unread.ts';

const DECLARED: Readonly<Record<Declaration, string>> = {
  caller: 'declared: the caller',
  delegate: 'declared: a delegate of the chain',
  target: 'declared: the target itself',
  hop: 'declared: a hop of another chain',
  exception: 'declared: an exception of the chain file',
  reader: 'declared: a reader of the secret',
  publisher: 'declared: a publisher of the chain file',
  deployer: 'declared: it deploys the functions',
  administrator: 'declared: a declared administrator',
  agent: 'expected: an agent of Google, with the role that Google grants to it',
};

type Coverage = { readonly unread: readonly Unread[]; readonly notCovered: readonly Unread[] };

/** Everyone who can get the credential of a chain, for people. */
export function principalsText(
  chain: string,
  principals: readonly PrincipalAccess[],
  count: number,
  coverage: Coverage,
  now: Date,
): string {
  const undeclared = principals.filter(({ declared }) => declared === null).length;
  const lines = [
    `${chain}: ${count} ${count === 1 ? 'member' : 'members'} can get its credential, or may be able to; ${undeclared === 0 ? 'all of them are declared' : `the chain file does not declare ${undeclared} of them`}`,
    ...principals.flatMap((one) => ['', ...memberLines(one, now)]),
    ...(count > principals.length ? ['', `${count - principals.length} more are left out`] : []),
    ...coverageLines(coverage),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** One answer, for people. */
export function principalText(
  chain: string,
  principal: PrincipalAnswer,
  coverage: Coverage,
  now: Date,
): string {
  const lines = [
    `${principal.answer}: ${sentenceOf(chain, principal)}`,
    ...detailLines(principal, now).map((line) => `  ${line}`),
    ...coverageLines(coverage),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function sentenceOf(chain: string, { member, answer }: PrincipalAnswer): string {
  switch (answer) {
    case 'yes':
      return `${member} can get the credential of ${chain}`;
    case 'possible':
      return `${member} may be able to get the credential of ${chain}`;
    case 'no':
      return `${member} cannot get the credential of ${chain}`;
    case 'unknown':
      return `whether ${member} can get the credential of ${chain} is unknown`;
  }
}

const memberLines = (one: PrincipalAccess, now: Date): string[] => [
  `  ${one.answer}: ${one.member}`,
  ...detailLines(one, now).map((line) => `     ${line}`),
];

function detailLines(one: PrincipalAnswer | PrincipalAccess, now: Date): string[] {
  const { answer, declared, doubts, kinds, possibleKinds, steps, when } = one;
  const isAccess = answer === 'yes' || answer === 'possible';
  return [
    ...(isAccess
      ? [declared === null ? 'not declared in the chain file' : DECLARED[declared]]
      : []),
    ...doubts.map((doubt) => `because ${doubt}`),
    ...steps.flatMap(stepLines),
    ...(when ? whenLines(when, now) : []),
    ...(kinds.length > 0 ? [`kinds: ${kinds.join(', ')}`] : []),
    ...(possibleKinds.length > 0 ? [`possible kinds: ${possibleKinds.join(', ')}`] : []),
  ];
}

const stepLines = (
  { who, permission, on, role, resource, condition, changes }: AccessStep,
  i: number,
): string[] => [
  `${i + 1}. ${who} has ${permission} on ${on}: ${role} on ${resource}`,
  ...(changes === undefined ? [] : [`   it uses it to ${changes.replaceAll('-', ' ')}`]),
  ...(condition
    ? [`   if ${condition.expression}${condition.title ? ` (${condition.title})` : ''}`]
    : []),
];

function whenLines({ from, windows, steps }: When, now: Date): string[] {
  const [first, ...more] = windows;
  const isNow = new Date(from) <= now;
  if (steps) return [`when: ${from}, if it takes the steps at ${steps.join(', ')}`];
  if (isNow && first?.until === undefined) return ['when: now'];
  return [
    `when: ${isNow ? 'now' : `from ${from}`}${first?.until ? `, until ${first.until}` : ''}`,
    ...more.map((one) => `      from ${one.from}${one.until ? `, until ${one.until}` : ''}`),
  ];
}

/** The most resources that a text names. JSON has all. */
const NAMED_AT_MOST = 10;

function coverageLines({ unread, notCovered }: Coverage): string[] {
  const section = (title: string, all: readonly Unread[]) => [
    ...(all.length > 0 ? ['', title] : []),
    ...all.slice(0, NAMED_AT_MOST).map(({ resource, reason }) => `  ${resource}: ${reason}`),
    ...(all.length > NAMED_AT_MOST ? [`  and ${all.length - NAMED_AT_MOST} more`] : []),
  ];
  return [
    ...section('not read, so there may be more:', unread),
    ...section('not in any policy, so not in this answer:', notCovered),
  ];
}
