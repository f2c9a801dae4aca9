import type { Steps } from '../../basics/steps.ts';
import { nameOf } from '../../chain/account.ts';
import type { Chain, ChainFile, Exception } from '../../chain/chain.ts';
import { hopsOf } from '../../chain/hop.ts';
import { allowValue, removeMembers } from '../../grants/fix.ts';
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
import { isSame, liveAccount, refersTo, shownName } from '../finding/expected-access.ts';
import { type Finding, fingerprintOf } from '../finding/finding.ts';

/** Findings about the chain file itself: lifetimes that are not allowed, token exchange, expired exceptions. */
export function* chainFindings(file: ChainFile, snapshot: Snapshot, now: Date): Steps<Finding[]> {
  const findings: Finding[] = [];
  for (const chain of file.chains) {
    yield;
    findings.push(...lifetimeFinding(chain, file, snapshot));
    findings.push(...tokenExchangeFinding(chain, file, snapshot));
  }
  for (const exception of file.exceptions) {
    if (exception.expires > now) continue;
    yield;
    findings.push(exceptionFinding(exception, file, snapshot));
  }
  return findings;
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
      chains: [chain.name],
      hop: hopsOf(chain, file.caller).length,
      account: target.email,
      fingerprint: fingerprintOf('lifetime-not-allowed', chain.name, target.email),
      evidence: {
        summary: `${constraint} does not allow ${target.email} access tokens with a lifetime of more than an hour`,
        resource: `projects/${target.projectId}`,
        constraint,
        accounts: [target.email],
      },
      // A policy that denies values cannot allow values too, so there is no safe fix.
      ...(policy.deniedValues.length === 0 && {
        fix: allowValue(LIFETIME_CONSTRAINT, target, policy.allowedValues),
      }),
    },
  ];
}

function tokenExchangeFinding(
  { name, credential, target, delegates }: Chain,
  file: ChainFile,
  snapshot: Snapshot,
): Finding[] {
  if (!('allowTokenExchange' in credential) || !credential.allowTokenExchange) return [];
  const isForUser = credential.kind === 'signed-jwt' && 'prn' in credential.claims;
  return [
    {
      kind: 'token-exchange',
      severity: isForUser ? 'high' : 'medium',
      chain: name,
      chains: [name],
      hop: hopsOf({ credential, target, delegates }, file.caller).length,
      account: shownName(snapshot, target),
      fingerprint: fingerprintOf('token-exchange', name),
      evidence: {
        summary: isForUser
          ? 'allowTokenExchange is set, and the claims have prn, the old name of sub: a reader of the signed JWT may get tokens of that user'
          : 'allowTokenExchange is set: a reader of the signed credential may exchange it for tokens of other kinds',
        resource: `chain ${name}`,
        kinds: ['access-token', 'id-token'],
      },
    },
  ];
}

/** An expired exception. If the member still has the grant, the severity is low and the fix removes the grant. If not, it is info. */
function exceptionFinding(exception: Exception, file: ChainFile, snapshot: Snapshot): Finding {
  const { account, member, owner, reason } = exception;
  const known = [...snapshot.accounts.values()].find(
    (one): one is ServiceAccount => one !== 'missing' && refersTo(account, one),
  );
  const grant = known && grantOf(known, member, snapshot);
  const own = known ? resourceOfAccount(known) : `projects/-/serviceAccounts/${nameOf(account)}`;
  const resource = grant?.resource ?? own;
  const expired = `the exception for ${member} on ${known?.email ?? nameOf(account)} has expired`;
  return {
    kind: 'exception-expired',
    severity: grant ? 'low' : 'info',
    chains: file.chains
      .filter((chain) =>
        [file.caller, ...chain.delegates, chain.target].some(
          (one) => known !== undefined && refersTo(one, known),
        ),
      )
      .map(({ name }) => name),
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
        ? `${expired}, but the member still has a grant; the exception's owner is ${owner} (${reason})`
        : `${expired}, and the member has no grant: remove the exception from the chain file`,
      resource,
      ...(grant && { role: grant.role }),
      ...(grant?.condition && { condition: grant.condition }),
      accounts: [known?.email ?? nameOf(account)],
      endsAt: exception.expires.toISOString(),
    },
    ...(grant && { fix: removeMembers(resource, grant.role, [member], grant.condition, []) }),
  };
}

type Grant = Binding & { readonly resource: string };

/** A binding that lets the member impersonate the account, on the account or above it. */
function grantOf(account: ServiceAccount, member: string, snapshot: Snapshot): Grant | undefined {
  const parsed = parseMember(member);
  const above = containersAbove(snapshot, account.projectId).names;
  const grantsAccess = ({ role, members }: Binding) =>
    IMPERSONATION_PERMISSIONS.some((p) => snapshot.roles.get(role)?.permissions.has(p)) &&
    parseMembers(members).some((one) => isSame(one, parsed));
  const grants = [resourceOfAccount(account), ...above].flatMap((resource) =>
    (snapshot.policies.get(resource)?.bindings ?? [])
      .filter(grantsAccess)
      .map((binding) => ({ ...binding, resource })),
  );
  return grants[0];
}
