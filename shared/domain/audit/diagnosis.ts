import type { Failure } from '../basics/failure.ts';
import { nameOf } from '../chain/account.ts';
import { type Chain, type ChainFile, lifetimeSecondsOf } from '../chain/chain.ts';
import { createSecret, type Fix, grantMinter } from '../grants/fix.ts';
import type { HopReport, Report } from './report.ts';

/** The cause of a failure: what to look at first. */
export type Cause =
  /** A hop of the chain does not work. */
  | 'hop'
  /** A hop may not work: a policy could not be read, or does not decide it. */
  | 'unknown'
  /** Every hop looks right. A new grant takes effect after some minutes. */
  | 'propagating'
  /** An organization policy. */
  | 'organization'
  /** An API that is not enabled. */
  | 'api'
  | 'secret'
  /** The definition of the chain, or there was nothing to do for it. */
  | 'chain'
  /** The setup of the function that failed. */
  | 'deployment'
  /** Google returned a credential that is not the one that was requested. */
  | 'credential'
  /** Google was busy or slow. The next attempt may succeed. */
  | 'busy';

export type NumberedHop = HopReport & {
  /** Counts from 1: the hop from the caller. */
  readonly number: number;
};

export type Diagnosis = {
  readonly cause: Cause;
  /** One sentence. Parts of it may come from a policy: hostile until escaped. */
  readonly summary: string;
  /** The hop that does not work. */
  readonly hop?: NumberedHop;
  readonly fix?: Fix;
  readonly unread?: readonly string[];
};

/** The parts of a failure that a diagnosis uses. */
export type Diagnosed = Pick<Failure, 'reason' | 'permission' | 'api' | 'constraint'>;

/** Does the diagnosis need an audit of the hops? */
export const dependsOnHops = ({ reason, api, constraint }: Diagnosed): boolean =>
  reason === 'mint-denied' && !api && constraint === undefined;

/**
 * Finds the cause of a failure and the fix.
 *
 * @param report an audit of the chain that read policies after the failure; `undefined` unless `dependsOnHops`
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
    return { cause: 'api', summary: `${api.service} is not enabled in ${project}` };
  }
  if (constraint !== undefined) {
    const summary = `the organization policy ${constraint} forbids the request`;
    return { cause: 'organization', summary };
  }
  const { secret } = chain;
  switch (reason) {
    case 'mint-denied':
      return deniedHop(permission, chain, report);
    case 'mint-refused':
      return refused(chain);
    case 'signing-refused': {
      const summary =
        'the chain would sign a credential of another kind: somebody edited the published file, so publish the chain file again';
      return { cause: 'chain', summary };
    }
    case 'secret-denied': {
      const needed = permission ?? 'another permission';
      const summary = `${nameOf(caller)} needs ${needed} on ${secret}; a new grant takes effect after some minutes`;
      const fix = caller.email === undefined ? undefined : grantMinter(secret, caller.email);
      return { cause: 'secret', summary, ...(fix && { fix }) };
    }
    case 'secret-missing':
      return { cause: 'secret', summary: `${secret} does not exist`, fix: createSecret(secret) };
    case 'secret-refused':
      return { cause: 'secret', summary: `Secret Manager refuses the write to ${secret}` };
    case 'caller-mismatch': {
      const summary = `the caller in the chain file is ${nameOf(caller)}, but mint runs as another account`;
      return { cause: 'deployment', summary };
    }
    case 'unauthenticated':
    case 'publish-denied':
    case 'policy-denied':
    case 'policy-missing':
    case 'policy-refused': {
      const needed = permission === undefined ? '' : `: its account needs ${permission}`;
      return { cause: 'deployment', summary: `the function is not set up correctly${needed}` };
    }
    case 'disproved': {
      const summary = `Google's answer is not the credential of ${nameOf(chain.target)} that was requested; it was not stored`;
      return { cause: 'credential', summary };
    }
    case 'message-malformed':
    case 'chain-unknown':
    case 'chain-paused':
    case 'request-expired':
    case 'already-rotated':
    case 'commit-lost':
    case 'failed-recently':
      return { cause: 'chain', summary: 'there was nothing to do' };
    case 'cloud-busy':
    case 'deadline':
    case 'etag-stale':
    case 'mint-stale':
      return { cause: 'busy', summary: 'Google was busy or slow: a later tick tries again' };
  }
}

function refused(chain: Chain): Diagnosis {
  const seconds = lifetimeSecondsOf(chain.credential);
  const { kind } = chain.credential;
  if (kind !== 'access-token' || seconds <= 3600) {
    return {
      cause: 'chain',
      summary: `Google refuses the request itself: check the ${kind} settings of the chain`,
    };
  }
  const constraint = 'constraints/iam.allowServiceAccountCredentialLifetimeExtension';
  const summary = `an access token with a lifetime of ${seconds} s needs ${constraint} to allow ${nameOf(chain.target)}`;
  return { cause: 'organization', summary };
}

/** A grant that will end, or will not always hold, still works. */
const works = ({ state }: HopReport): boolean =>
  state === 'ok' || state === 'expiring' || state === 'conditional';

function deniedHop(
  permission: string | undefined,
  chain: Chain,
  report: Report | undefined,
): Diagnosis {
  const audited = report?.chains.find(({ name }) => name === chain.name);
  if (!report || !audited) return { cause: 'unknown', summary: 'its hops were not audited' };
  const numbered = audited.hops.map((hop, i) => ({ ...hop, number: i + 1 }));
  const wrong = numbered.filter((hop) => !works(hop));
  // Google names the missing permission, but not the hop.
  const hop = wrong.find((one) => one.permission === permission) ?? wrong[0];
  if (!hop) {
    const summary =
      'every hop looks right: a new grant takes effect after some minutes, and a later tick tries again';
    return { cause: 'propagating', summary };
  }
  const unread = report.coverage.unread.map(({ resource, reason }) => `${resource}: ${reason}`);
  const need = `hop ${hop.number}: ${hop.from} needs ${hop.permission} on ${hop.to}`;
  if (hop.state === 'unknown') {
    const summary = `${need}; whether it has this permission is unknown`;
    return { cause: 'unknown', summary, hop, unread };
  }
  const finding =
    report.findings.find(
      (one) => one.chain === chain.name && one.hop === hop.number && one.kind.startsWith('hop-'),
    ) ??
    report.findings.find((one) => one.chain === chain.name && one.kind === 'hop-order') ??
    report.findings.find(
      (one) => one.kind.startsWith('account-') && [hop.from, hop.to].includes(one.account),
    );
  const summary = finding
    ? `hop ${hop.number}: ${finding.evidence.summary}`
    : `${need}, which is denied`;
  return { cause: 'hop', summary, hop, ...(finding?.fix && { fix: finding.fix }) };
}
