import type { Steps } from '../../basics/steps.ts';
import type { Chain, ChainFile } from '../../chain/chain.ts';
import { projectOfSecret } from '../../chain/secret.ts';
import { grantReader } from '../../grants/fix.ts';
import { holds } from '../../iam/condition/condition.ts';
import { denialsOf } from '../../iam/deny-rules.ts';
import { type Member, parseMember, parseMembers } from '../../iam/member.ts';
import { covers } from '../../iam/membership.ts';
import { READ_SECRET } from '../../iam/permissions.ts';
import { containersAbove, type Snapshot } from '../../iam/snapshot.ts';
import { every, some, type Truth, truthOf } from '../../iam/three-valued.ts';
import { type Finding, fingerprintOf } from '../finding/finding.ts';

/** The declared readers that certainly cannot read the secret of their chain: a workload waits for a credential that it never gets. */
export function* readerFindings(file: ChainFile, snapshot: Snapshot, now: Date): Steps<Finding[]> {
  const findings: Finding[] = [];
  for (const chain of file.chains) {
    if (!chain.readers || chain.readers.length === 0) continue;
    yield;
    for (const reader of chain.readers) {
      const { granted, denied } = mayRead(parseMember(reader), chain.secret, snapshot, now);
      if (granted === 'no') findings.push(readerFinding(chain, reader, 'has no grant'));
      else if (denied === 'yes') findings.push(readerFinding(chain, reader, 'is denied it'));
    }
  }
  return findings;
}

function readerFinding(
  { name, secret, target }: Chain,
  reader: string,
  why: 'has no grant' | 'is denied it',
): Finding {
  return {
    kind: 'reader-missing',
    severity: 'high',
    chain: name,
    chains: [name],
    account: target.email ?? target.uniqueId ?? '',
    member: reader,
    fingerprint: fingerprintOf('reader-missing', name, reader),
    evidence: {
      summary: `${reader} is a declared reader of ${secret}, needs ${READ_SECRET} there, and ${why}`,
      resource: secret,
      permissions: [READ_SECRET],
    },
    // A deny policy may be there on purpose, so a person must decide.
    ...(why === 'has no grant' && { fix: grantReader(secret, reader) }),
  };
}

/** According to allow policies alone, and according to deny policies alone. */
function mayRead(
  reader: Member,
  secret: string,
  snapshot: Snapshot,
  now: Date,
): { readonly granted: Truth; readonly denied: Truth } {
  const above = containersAbove(snapshot, projectOfSecret(secret));
  const resources = [secret, ...above.names];
  const isRead = above.isComplete && resources.every((name) => snapshot.policies.has(name));
  const grants = resources.flatMap((resource) =>
    (snapshot.policies.get(resource)?.bindings ?? []).map(({ role, members, condition }) => {
      const permissions = snapshot.roles.get(role)?.permissions;
      const opens = permissions ? truthOf(permissions.has(READ_SECRET)) : 'unknown';
      if (opens === 'no') return opens;
      const includes = some(parseMembers(members).map((member) => covers(member, reader)));
      return includes === 'no' ? includes : every([opens, includes, holds(condition, now)]);
    }),
  );
  const denials = above.names.flatMap((name) =>
    denialsOf(snapshot.denyPolicies.get(name) ?? [], reader, READ_SECRET),
  );
  return {
    granted: some([...grants, isRead ? 'no' : 'unknown']),
    denied: some(denials.map(({ denies }) => denies)),
  };
}
