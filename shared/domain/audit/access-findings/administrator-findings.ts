import type { Steps } from '../../basics/steps.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { removeMembers } from '../../grants/fix.ts';
import { type Holder, isAdministrator, permissionsOf } from '../access/holders.ts';
import { unionOf } from '../assets/asset.ts';
import type { IsDeclared } from '../finding/declared-administrators.ts';
import { type Finding, fingerprintOf, MEMBERS_MAX, namedMembers } from '../finding/finding.ts';
import type { Severity } from '../finding/severity.ts';
import { administratorSeverity, LOWER } from './severity.ts';
import { idleText, membersText } from './summary.ts';

/** The administrators of each container when an audit read it for the first time. A container that is not in it is read for the first time. */
export type FirstAdministrators = Readonly<Record<string, readonly string[]>>;

/**
 * The administrators of each container. Every container has some, and they can do anything below it. If the chain file declares some, each
 * other one is unexpected. If it declares none, those of the first audit are only listed, and each later one is unexpected.
 *
 * @param first what an earlier audit stored; without it, nobody is new
 */
export function* administratorFindings(
  holders: readonly Holder[],
  { administrators: declared = [] }: Pick<ChainFile, 'administrators'>,
  isDeclared: IsDeclared,
  first: FirstAdministrators,
  now: Date,
): Steps<Finding[]> {
  const undeclared: Holder[] = [];
  for (const holder of holders) {
    yield;
    if (isAdministrator(holder) && !isDeclared(holder.principal, holder.resource)) {
      undeclared.push(holder);
    }
  }
  const findings: Finding[] = [];
  for (const [resource, all] of Map.groupBy(undeclared, (one) => one.resource)) {
    yield;
    const before = first[resource] && new Set(first[resource]);
    const isKnown = ({ member }: Holder) =>
      declared.length === 0 && (!before || before.has(member));
    const { known = [], others = [] } = Object.groupBy(all, (one) =>
      isKnown(one) ? 'known' : 'others',
    );
    if (known.length > 0) findings.push(listed(resource, known, now));
    yield;
    if (others.length > 0) findings.push(unexpected(resource, others, declared.length > 0));
  }
  return findings;
}

/** Those that stood already: `info`, with what to write into the chain file. */
function listed(resource: string, administrators: readonly Holder[], now: Date): Finding {
  const reviewed = now.toISOString().slice(0, 10);
  const stanza = membersOf(administrators).map(
    (member) => `  - { member: ${JSON.stringify(member)}, on: ${resource}, reviewed: ${reviewed} }`,
  );
  return findingOf(resource, administrators, 'info', 'known', '', {
    stanza: ['administrators:', ...stanza].join('\n'),
  });
}

function unexpected(
  resource: string,
  administrators: readonly Holder[],
  areDeclared: boolean,
): Finding {
  const isOwn = administrators.some(({ opens }) =>
    opens.some(({ asset }) => administratorSeverity(resource, asset) === 'high'),
  );
  const severity = isOwn ? 'high' : 'medium';
  const possible = administrators.every(({ certain }) => certain !== 'yes');
  const disabled = administrators.every((one) => one.disabled !== undefined)
    ? administrators[0]?.disabled
    : undefined;
  const undeclared = areDeclared
    ? ', and the chain file does not declare that'
    : ', and did not when it was first audited';
  const why = disabled === undefined ? undeclared : `${undeclared}; ${idleText(disabled, true)}`;
  const byBinding = [...Map.groupBy(administrators, ({ binding }) => binding)];
  const fixes = byBinding.map(
    ([{ role, condition }, ofBinding]) =>
      removeMembers(resource, role, membersOf(ofBinding), condition, []).gcloud,
  );
  return {
    ...findingOf(
      resource,
      administrators,
      possible || disabled !== undefined ? LOWER[severity] : severity,
      'new',
      why,
      { ...(possible && { possible }), ...(disabled !== undefined && { disabled }) },
    ),
    ...(administrators.length <= MEMBERS_MAX && { fix: { gcloud: fixes.join(' && ') } }),
  };
}

function findingOf(
  resource: string,
  administrators: readonly Holder[],
  severity: Severity,
  which: 'known' | 'new',
  why: string,
  evidence: object,
): Finding {
  // Most of them share the list of what they open.
  const lists = [...new Set(administrators.map(({ opens }) => opens))];
  const assets = [...new Set(lists.flatMap((opens) => opens.map(({ asset }) => asset)))];
  const { accounts, chains } = unionOf(assets);
  const members = membersOf(administrators);
  const administer = members.length === 1 ? 'administers' : 'administer';
  return {
    kind: 'unexpected-administrator',
    severity,
    chains,
    account: accounts[0] ?? '',
    ...namedMembers(members),
    fingerprint: fingerprintOf('unexpected-administrator', which, resource),
    evidence: {
      summary: `${membersText(members)} ${administer} ${resource} and everything below it${why}`,
      resource,
      accounts,
      permissions: [...new Set(lists.flatMap((opens) => permissionsOf({ opens })))],
      ...evidence,
    },
  };
}

const membersOf = (administrators: readonly Holder[]): string[] =>
  [...new Set(administrators.map(({ member }) => member))].sort();
