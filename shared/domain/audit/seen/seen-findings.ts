import type { Steps } from '../../basics/steps.ts';
import type { Account } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { covers } from '../../iam/membership.ts';
import type { ServiceAccount, Snapshot } from '../../iam/snapshot.ts';
import { exceptedMembersOn, liveAccount, refersTo, shownName } from '../finding/expected-access.ts';
import { type Finding, fingerprintOf, namedMembers } from '../finding/finding.ts';
import { subjectOf } from '../questions/subject.ts';
import { mintLogOf } from './mint-log.ts';
import { chainsAbout, hopsIn, type SharedHop } from './paths.ts';
import type { Seen, SeenMint } from './seen-state.ts';

/** A hop that was not used for so long is reported. */
const UNUSED_AFTER_MS = 30 * 86_400_000;

/** What the log of mints shows against the chains: mints that no chain declares, mints that were not stored, and hops that nobody uses. */
export function* seenFindings(
  file: ChainFile,
  seen: Seen,
  snapshot: Snapshot,
  now: Date,
): Steps<Finding[]> {
  return [
    ...(yield* undeclaredMints(file, seen, snapshot)),
    ...uncommittedMints(file, seen, snapshot),
    ...(yield* unusedHops(file, seen, snapshot, now)),
  ];
}

function* undeclaredMints(file: ChainFile, seen: Seen, snapshot: Snapshot): Steps<Finding[]> {
  const undeclared: SeenMint[] = [];
  for (const mint of seen.mints) {
    yield;
    if (chainsAbout(file, mint).length > 0 && !isDeclared(file, mint, snapshot)) {
      undeclared.push(mint);
    }
  }
  const byMember = Map.groupBy(undeclared, ({ by, target }) => `${by[0]} ${target.uniqueId}`);
  return [...byMember.values()].flatMap((mints): Finding[] => {
    const last = mints.toSorted((a, b) => (a.lastAt < b.lastAt ? 1 : -1))[0];
    if (!last) return [];
    const { by, target, lastAt } = last;
    const [member = ''] = by;
    const kinds = [...new Set(mints.map(({ kind }) => kind))].sort();
    const path = pathOf(last, snapshot);
    const through = path.length > 2 ? ` through ${path.slice(1, -1).join(', ')}` : '';
    const resource = resourceOf(target, snapshot);
    return [
      {
        kind: 'undeclared-mint',
        severity: 'high',
        chains: chainsAbout(file, last).map(({ name }) => name),
        account: target.email,
        ...namedMembers([member]),
        fingerprint: fingerprintOf('undeclared-mint', member, target.uniqueId),
        evidence: {
          summary: `${member} minted ${kinds.join(', ')} as ${target.email}${through}, last at ${lastAt}, and no chain or exception declares that`,
          resource,
          kinds,
          path,
          accounts: [target.email],
        },
      },
    ];
  });
}

/**
 * Each step from one account to the next must be a hop of a chain, or allowed by an exception at that time. The caller mints nothing but
 * chains, and such a mint is a rotation.
 */
function isDeclared(file: ChainFile, mint: SeenMint, snapshot: Snapshot): boolean {
  const at = new Date(mint.lastAt);
  const accounts = [
    ...mint.by
      .slice(1)
      .map((member) => namedAccount(member.replace('serviceAccount:', ''), snapshot)),
    ...mint.delegates.map((name) => namedAccount(name, snapshot)),
    namedAccount(mint.target.uniqueId, snapshot) ?? namedAccount(mint.target.email, snapshot),
  ];
  const hops = [...hopsIn(file)];
  let from = subjectOf(mint.by[0] ?? '', snapshot);
  const isOfCaller = from.is === 'account' && isSameAccount(file.caller, from.email, snapshot);
  if (isOfCaller && mint.by.length === 1) return false;
  for (const [i, to] of accounts.entries()) {
    if (!to) return false;
    const isLast = i === accounts.length - 1;
    const isHop = hops.some(
      (hop) =>
        refersTo(hop.to, to) &&
        from.is === 'account' &&
        isSameAccount(hop.from, from.email, snapshot) &&
        (!isLast || file.grants !== 'narrow' || mintsKind(hop, mint)),
    );
    const isExcepted = exceptedMembersOn(file, to, at).some((one) => covers(one, from) === 'yes');
    if (!isHop && !isExcepted) return false;
    from = subjectOf(`serviceAccount:${to.email}`, snapshot);
  }
  return true;
}

/** Does a chain end with this hop, and with this kind? */
const mintsKind = ({ uses }: SharedHop, { kind }: SeenMint): boolean =>
  uses.some(
    ({ chain, number }) => number === chain.delegates.length + 1 && chain.credential.kind === kind,
  );

const isSameAccount = (account: Account, email: string | undefined, snapshot: Snapshot): boolean =>
  email !== undefined && (liveAccount(snapshot, account)?.email ?? account.email) === email;

function namedAccount(name: string, { accounts }: Snapshot): ServiceAccount | undefined {
  for (const account of accounts.values()) {
    if (account !== 'missing' && (account.email === name || account.uniqueId === name)) {
      return account;
    }
  }
  return undefined;
}

const pathOf = ({ by, delegates, target }: SeenMint, snapshot: Snapshot): string[] => [
  ...by,
  ...delegates.map((name) => namedAccount(name, snapshot)?.email ?? name),
  target.email,
];

function resourceOf({ email, uniqueId }: SeenMint['target'], snapshot: Snapshot): string {
  const known = namedAccount(uniqueId, snapshot) ?? namedAccount(email, snapshot);
  return `projects/${known?.projectId ?? '-'}/serviceAccounts/${email}`;
}

function uncommittedMints(file: ChainFile, seen: Seen, snapshot: Snapshot): Finding[] {
  return seen.uncommitted.flatMap(({ chains, lastAt }): Finding[] => {
    const known = file.chains.filter(({ name }) => chains.includes(name));
    const [first] = known;
    if (!first) return [];
    const names = known.map(({ name }) => name);
    const target = shownName(snapshot, first.target);
    const caller = shownName(snapshot, file.caller);
    return [
      {
        kind: 'mint-without-commit',
        severity: 'medium',
        ...(names.length === 1 && { chain: first.name }),
        chains: names,
        account: target,
        ...namedMembers([`serviceAccount:${caller}`]),
        fingerprint: fingerprintOf('mint-without-commit', ...names),
        evidence: {
          summary: `${caller} minted ${first.credential.kind} as ${target}, last at ${lastAt}, and no version of ${first.secret} followed: somebody else may have the credential`,
          resource: first.secret,
          kinds: [first.credential.kind],
          accounts: [target],
          secrets: known.map(({ secret }) => secret),
        },
      },
    ];
  });
}

function* unusedHops(file: ChainFile, seen: Seen, snapshot: Snapshot, now: Date): Steps<Finding[]> {
  const findings: Finding[] = [];
  const isLogged = loggedIn(file, snapshot);
  for (const { key, from, to, uses } of hopsIn(file)) {
    yield;
    const last = seen.hops[key];
    const isUnused = last !== undefined && now.getTime() - Date.parse(last) >= UNUSED_AFTER_MS;
    if (!isUnused || !isLogged(key)) continue;
    const [use] = uses;
    const [member, account] = [shownName(snapshot, from), shownName(snapshot, to)];
    const live = liveAccount(snapshot, to);
    findings.push({
      kind: 'hop-unused',
      severity: 'info',
      ...(uses.length === 1 && use && { chain: use.chain.name, hop: use.number }),
      chains: uses.map(({ chain }) => chain.name),
      account,
      ...namedMembers([`serviceAccount:${member}`]),
      fingerprint: fingerprintOf('hop-unused', member, account),
      evidence: {
        summary: `nobody has used the hop from ${member} to ${account} since ${last}`,
        resource: `projects/${live?.projectId ?? '-'}/serviceAccounts/${account}`,
        accounts: [account],
      },
    });
  }
  return findings;
}

/** Whether all chains with a hop have their mints logged: those of a chain are in the log of the project of its target. */
export function loggedIn(file: ChainFile, snapshot: Snapshot): (key: string) => boolean {
  const hops = new Map([...hopsIn(file)].map((hop) => [hop.key, hop]));
  const projects = new Map<string, boolean>();
  const isOn = (projectId: string): boolean => {
    const known = projects.get(projectId) ?? mintLogOf(snapshot, projectId).is === 'on';
    projects.set(projectId, known);
    return known;
  };
  return (key) =>
    (hops.get(key)?.uses ?? []).every(({ chain }) => {
      const target = liveAccount(snapshot, chain.target);
      return target !== undefined && isOn(target.projectId);
    });
}
