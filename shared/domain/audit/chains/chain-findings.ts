import { nameOf } from '../../chain/account.ts';
import type { Chain, ChainFile, Exception } from '../../chain/chain.ts';
import { hopsOf } from '../../chain/hop.ts';
import { allowValue, removeMember } from '../../grants/fix.ts';
import { allowsLonger, isLongLived, LIFETIME_CONSTRAINT } from '../../iam/lifetime-policy.ts';
import { parseMember, parseMembers } from '../../iam/member.ts';
import type { Binding } from '../../iam/policy.ts';
import { IMPERSONATION_PERMISSIONS } from '../../iam/role.ts';
import {
  containersAbove,
  resourceOfAccount,
  type ServiceAccount,
  type Snapshot,
} from '../../iam/snapshot.ts';
import { isSame, liveAccount, speaksOf } from '../finding/expected-access.ts';
import { type Finding, fingerprintOf } from '../finding/finding.ts';

/** What the chain file itself says that policies do not allow, that is dangerous, or that is over. */
export function chainFindings(file: ChainFile, snapshot: Snapshot, now: Date): Finding[] {
  return [
    ...file.chains.flatMap((chain) => [
      ...lifetimeFinding(chain, file, snapshot),
      ...exchangeFinding(chain, file),
    ]),
    ...file.exceptions
      .filter(({ expires }) => expires <= now)
      .map((exception) => exceptionFinding(exception, file, snapshot)),
  ];
}

function lifetimeFinding(chain: Chain, file: ChainFile, snapshot: Snapshot): Finding[] {
  const target = liveAccount(snapshot, chain.target);
  if (!isLongLived(chain) || !target) return [];
  const policy = snapshot.lifetimePolicies.get(target.projectId);
  if (!policy || allowsLonger(policy, target.email)) return [];
  const constraint = `constraints/${LIFETIME_CONSTRAINT}`;
  return [
    {
      kind: 'lifetime-not-allowed',
      severity: 'high',
      chain: chain.name,
      hop: hopsOf(chain, file.caller).length,
      account: target.email,
      fingerprint: fingerprintOf('lifetime-not-allowed', chain.name, target.email),
      evidence: {
        summary: `${constraint} does not allow access tokens of ${target.email} to live for more than an hour`,
        resource: `projects/${target.projectId}`,
        constraint,
        accounts: [target.email],
        chains: [chain.name],
      },
      // A list that denies takes no values that are allowed: who denied this one may say why.
      ...(policy.deniedValues.length === 0 && {
        fix: allowValue(LIFETIME_CONSTRAINT, target, policy.allowedValues),
      }),
    },
  ];
}

function exchangeFinding(
  { name, credential, target, delegates }: Chain,
  file: ChainFile,
): Finding[] {
  if (!('allowTokenExchange' in credential) || !credential.allowTokenExchange) return [];
  const asSomebodyElse = credential.kind === 'signed-jwt' && 'sub' in credential.claims;
  return [
    {
      kind: 'token-exchange',
      severity: asSomebodyElse ? 'high' : 'medium',
      chain: name,
      hop: hopsOf({ credential, target, delegates }, file.caller).length,
      account: nameOf(target),
      fingerprint: fingerprintOf('token-exchange', name),
      evidence: {
        summary: asSomebodyElse
          ? 'allowTokenExchange is set, with a sub of its own: whoever reads what is signed may get tokens of that user'
          : 'allowTokenExchange is set: whoever reads what is signed may get tokens of every kind by it',
        resource: `chain ${name}`,
        chains: [name],
        kinds: ['access-token', 'id-token'],
      },
    },
  ];
}

/** It lets nobody in any more. Where its member is let in by a grant still, that is to go; else the entry is, which does not count. */
function exceptionFinding(exception: Exception, file: ChainFile, snapshot: Snapshot): Finding {
  const { account, member, owner, reason } = exception;
  const known = [...snapshot.accounts.values()].find(
    (one): one is ServiceAccount => one !== 'missing' && speaksOf(account, one),
  );
  const grant = known && grantOf(known, member, snapshot);
  const own = known ? resourceOfAccount(known) : `projects/-/serviceAccounts/${nameOf(account)}`;
  const resource = grant?.resource ?? own;
  const over = `the exception for ${member} on ${nameOf(account)} is over`;
  return {
    kind: 'exception-expired',
    severity: grant ? 'low' : 'info',
    account: known?.email ?? nameOf(account),
    member,
    fingerprint: fingerprintOf(
      'exception-expired',
      nameOf(account),
      member,
      exception.expires.toISOString(),
    ),
    evidence: {
      summary: grant
        ? `${over}, and its grant stands: ${owner} answers for it (${reason})`
        : `${over}, and nothing is granted: it can leave the file`,
      resource,
      ...(grant && { role: grant.role }),
      ...(grant?.condition && { condition: grant.condition }),
      accounts: [known?.email ?? nameOf(account)],
      chains: file.chains
        .filter((chain) =>
          [file.caller, ...chain.delegates, chain.target].some(
            (one) => known !== undefined && speaksOf(one, known),
          ),
        )
        .map(({ name }) => name),
      endsAt: exception.expires.toISOString(),
    },
    ...(grant && { fix: removeMember(resource, grant.role, member, grant.condition, []) }),
  };
}

type Grant = Binding & { readonly resource: string };

/** What lets the member in, on the account or above it. */
function grantOf(account: ServiceAccount, member: string, snapshot: Snapshot): Grant | undefined {
  const who = parseMember(member);
  const above = containersAbove(snapshot, account.projectId).names;
  const isThis = ({ role, members }: Binding) =>
    IMPERSONATION_PERMISSIONS.some((p) => snapshot.roles.get(role)?.permissions.has(p)) &&
    parseMembers(members).some((one) => isSame(one, who));
  const grants = [resourceOfAccount(account), ...above].flatMap((resource) =>
    (snapshot.policies.get(resource)?.bindings ?? [])
      .filter(isThis)
      .map((binding) => ({ ...binding, resource })),
  );
  return grants[0];
}
