import type { Failure } from '../basics/failure.ts';
import { nameOf } from '../chain/account.ts';
import { type Chain, type ChainFile, lifetimeSecondsOf } from '../chain/chain.ts';
import { createSecret, type Fix, grantMinter } from '../grants/fix.ts';
import type { HopReport, Report } from './report.ts';

/**
 * Whose matter a failure is. `hop`: of the account that a hop leads to. `propagating`: of nobody, as the policies look right and a grant
 * takes minutes to spread. `undecided`: a policy on the way could not be read or decided. `busy`: of Google's, and it passes. The others
 * name what to look at.
 */
export type Verdict =
  | 'hop'
  | 'undecided'
  | 'propagating'
  | 'organization'
  | 'api'
  | 'secret'
  | 'chain'
  | 'deployment'
  | 'alarm'
  | 'busy';

export type NumberedHop = HopReport & {
  /** From 1, the caller's. */
  readonly number: number;
};

export type Diagnosis = {
  readonly verdict: Verdict;
  /** One sentence. What of it comes from a policy is hostile until escaped. */
  readonly says: string;
  /** The first that is not right. */
  readonly hop?: NumberedHop;
  readonly fix?: Fix;
  readonly unread?: readonly string[];
};

/** A failure, as far as a diagnosis rests on it. */
export type Diagnosed = Pick<Failure, 'reason' | 'permission' | 'api' | 'constraint'>;

/** Whether an audit of the hops can tell more than the failure itself does. */
export const restsOnHops = ({ reason, api, constraint }: Diagnosed): boolean =>
  reason === 'mint-denied' && !api && constraint === undefined;

/**
 * What is behind a failure, and what to do.
 *
 * @param report an audit of the chain, policies read after it failed; none where it does not rest on hops
 */
export function diagnosisOf(
  failed: Diagnosed,
  chain: Chain,
  caller: ChainFile['caller'],
  report: Report | undefined,
): Diagnosis {
  const { reason, permission, api, constraint } = failed;
  if (api) {
    const project = api.project ?? 'a project of the chain';
    return { verdict: 'api', says: `${api.service} is not enabled in ${project}` };
  }
  if (constraint !== undefined) {
    return { verdict: 'organization', says: `the organization policy ${constraint} forbids it` };
  }
  const { secret } = chain;
  switch (reason) {
    case 'mint-denied':
      return deniedHop(permission, chain, report);
    case 'mint-refused':
      return refused(chain);
    case 'secret-denied': {
      const needs = permission ?? 'more than it has';
      const says = `${nameOf(caller)} needs ${needs} on ${secret}; a new grant takes minutes to spread`;
      const fix = caller.email === undefined ? undefined : grantMinter(secret, caller.email);
      return { verdict: 'secret', says, ...(fix && { fix }) };
    }
    case 'secret-missing':
      return { verdict: 'secret', says: `${secret} is not there`, fix: createSecret(secret) };
    case 'secret-foreign': {
      const says = `${secret} has not the label managed-by=hopmint, or is written by another chain`;
      return { verdict: 'secret', says };
    }
    case 'secret-refused':
      return { verdict: 'secret', says: `Secret Manager refuses what is written to ${secret}` };
    case 'caller-mismatch': {
      const says = `the chain file is for ${nameOf(caller)}, and mint runs as another account`;
      return { verdict: 'deployment', says };
    }
    case 'unauthenticated':
    case 'publish-denied':
    case 'policy-denied':
    case 'policy-missing':
    case 'policy-refused': {
      const lacks = permission === undefined ? '' : `: it lacks ${permission}`;
      return { verdict: 'deployment', says: `the function is not set up for it${lacks}` };
    }
    case 'disproved': {
      const says = `what Google answered is no credential of ${nameOf(chain.target)} as asked for; it is not stored`;
      return { verdict: 'alarm', says };
    }
    case 'message-malformed':
    case 'chain-unknown':
    case 'chain-paused':
    case 'request-expired':
    case 'already-rotated':
    case 'commit-lost':
    case 'failed-lately':
      return { verdict: 'chain', says: 'there was nothing to run' };
    case 'cloud-busy':
    case 'deadline':
    case 'etag-stale':
    case 'mint-stale':
      return { verdict: 'busy', says: 'it passes: a later tick tries again' };
  }
}

function refused(chain: Chain): Diagnosis {
  const seconds = lifetimeSecondsOf(chain.credential);
  const { kind } = chain.credential;
  if (kind !== 'access-token' || seconds <= 3600) {
    return {
      verdict: 'chain',
      says: `Google refuses the request itself: see what ${kind} asks for`,
    };
  }
  const constraint = 'constraints/iam.allowServiceAccountCredentialLifetimeExtension';
  const says = `an access token of ${seconds} s takes ${constraint} to allow ${nameOf(chain.target)}`;
  return { verdict: 'organization', says };
}

/** A grant that is about to end still serves. */
const serves = ({ state }: HopReport): boolean => state === 'ok' || state === 'expiring';

function deniedHop(
  permission: string | undefined,
  chain: Chain,
  report: Report | undefined,
): Diagnosis {
  const audited = report?.chains.find(({ name }) => name === chain.name);
  if (!report || !audited) return { verdict: 'undecided', says: 'its hops were not audited' };
  const numbered = audited.hops.map((hop, i) => ({ ...hop, number: i + 1 }));
  const wrong = numbered.filter((hop) => !serves(hop));
  // Google tells the permission, and not on which hop it is missing.
  const hop = wrong.find((one) => one.permission === permission) ?? wrong[0];
  if (!hop) {
    const says =
      'every hop looks right: a grant takes minutes to spread, and a later tick tries again';
    return { verdict: 'propagating', says };
  }
  const unread = report.coverage.unread.map(({ resource, reason }) => `${resource}: ${reason}`);
  const duty = `hop ${hop.number}: ${hop.from} needs ${hop.permission} on ${hop.to}`;
  if (hop.state === 'unknown') {
    return {
      verdict: 'undecided',
      says: `${duty}, and whether it has it is not known`,
      hop,
      unread,
    };
  }
  const finding =
    report.findings.find(
      (one) => one.chain === chain.name && one.hop === hop.number && one.kind.startsWith('hop-'),
    ) ??
    report.findings.find(
      (one) => one.kind.startsWith('account-') && [hop.from, hop.to].includes(one.account),
    );
  const says = finding
    ? `hop ${hop.number}: ${finding.evidence.summary}`
    : `${duty}, and is denied it`;
  return { verdict: 'hop', says, hop, ...(finding?.fix && { fix: finding.fix }) };
}
