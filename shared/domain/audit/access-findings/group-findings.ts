import type { Steps } from '../../basics/steps.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { everyoneIn } from '../../iam/groups.ts';
import { type Member, parseMember } from '../../iam/member.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import type { Access } from '../access/find-access.ts';
import { isAdministrator } from '../access/holders.ts';
import { unionOf } from '../assets/asset.ts';
import type { IsDeclared } from '../finding/declared-administrators.ts';
import { isSame } from '../finding/expected-access.ts';
import { type Finding, fingerprintOf, namedMembers } from '../finding/finding.ts';
import { compareSeverity, type Severity } from '../finding/severity.ts';
import { latentStepsIn } from './latent.ts';
import { judge } from './severity.ts';

/** What the members of a group can get. */
type GroupAccess = {
  readonly member: string;
  readonly severity: Severity;
  readonly chains: readonly string[];
  readonly accounts: readonly string[];
  /** The chain file declares that this member has the same access itself. */
  readonly isDeclared: (member: Member) => boolean;
};

/**
 * The owners and managers of each group that has access, expected or not. They can add anyone to the group, so they are as strong as its
 * members, and no policy names them. A group that was not read has no finding: the report lists it as not covered.
 */
export function* groupFindings(
  access: Access,
  file: ChainFile,
  snapshot: Snapshot,
  isDeclared: IsDeclared,
  now: Date,
): Steps<Finding[]> {
  const { groups } = snapshot;
  if (groups.size === 0) return [];
  const exceptions = file.exceptions.filter(({ expires }) => expires > now);
  const excepted = new Set(exceptions.map(({ member }) => member));
  yield;
  const all = [...(yield* unexpected(access, snapshot, isDeclared)), ...expected(file, exceptions)];
  const byGroup = Map.groupBy(all, ({ member }) => {
    const parsed = parseMember(member);
    return parsed.is === 'group' ? parsed.email : '';
  });
  const findings: Finding[] = [];
  for (const [email, same] of byGroup) {
    yield;
    const administrators = everyoneIn(groups, email)
      .administrators.filter(
        (member) =>
          !excepted.has(member) && !same.every((one) => one.isDeclared(parseMember(member))),
      )
      .sort();
    const [worst] = same.toSorted((a, b) => compareSeverity(a.severity, b.severity));
    if (!worst || administrators.length === 0) continue;
    const accounts = [...new Set(same.flatMap((one) => one.accounts))];
    const [first] = administrators;
    const who =
      administrators.length === 1
        ? `${first}, its owner or manager,`
        : `${administrators.length} owners and managers`;
    findings.push({
      kind: 'escalation',
      severity: worst.severity,
      chains: [...new Set(same.flatMap((one) => one.chains))],
      account: accounts[0] ?? '',
      ...namedMembers(administrators),
      fingerprint: fingerprintOf('escalation', 'group', email),
      evidence: {
        summary: `group:${email} has access, and ${who} can add any identity to it`,
        resource: `group:${email}`,
        accounts,
      },
    });
  }
  return findings;
}

function* unexpected(
  { holders, idle }: Access,
  snapshot: Snapshot,
  isDeclared: IsDeclared,
): Steps<GroupAccess[]> {
  const { roles } = snapshot;
  const latentSteps = latentStepsIn(snapshot);
  const found: GroupAccess[] = [];
  for (const holder of holders) {
    if (holder.principal.is !== 'group') continue;
    yield;
    const roleIsRead = roles.has(holder.binding.role);
    const { severity } = judge('escalation', holder, roleIsRead, idle, latentSteps);
    const { accounts, chains } = unionOf(holder.opens.map(({ asset }) => asset));
    found.push({
      member: holder.member,
      severity,
      accounts,
      chains,
      isDeclared: (one) => isAdministrator(holder) && isDeclared(one, holder.resource),
    });
  }
  return found;
}

/** The groups that the chain file expects to have access: in exceptions, among readers and among publishers. */
function expected(file: ChainFile, exceptions: ChainFile['exceptions']): GroupAccess[] {
  const uses = file.chains.map((chain) => ({
    chain: chain.name,
    accounts: [file.caller, ...chain.delegates, chain.target].map(nameIn),
    target: nameIn(chain.target),
    readers: chain.readers ?? [],
  }));
  const publishers = (file.publishers ?? []).map(parseMember);
  return [
    ...exceptions.map(({ account, member }) => {
      const name = nameIn(account);
      const chains = uses.filter(({ accounts }) => accounts.includes(name));
      return {
        member,
        severity: 'medium' as const,
        chains: chains.map(({ chain }) => chain),
        accounts: [name],
        isDeclared: () => false,
      };
    }),
    ...(file.publishers ?? []).map((member) => ({
      member,
      severity: 'high' as const,
      chains: uses.map(({ chain }) => chain),
      accounts: [nameIn(file.caller)],
      isDeclared: (one: Member) => publishers.some((publisher) => isSame(publisher, one)),
    })),
    ...uses.flatMap(({ chain, target, readers }) =>
      readers.map((member) => ({
        member,
        severity: 'medium' as const,
        chains: [chain],
        accounts: [target],
        isDeclared: () => false,
      })),
    ),
  ].filter(({ member }) => parseMember(member).is === 'group');
}

const nameIn = ({ email, uniqueId }: ChainFile['caller']): string => email ?? uniqueId ?? '';
