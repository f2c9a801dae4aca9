/** Why something that we expect to go wrong did. Stable: logs, alerts and `docs/troubleshooting.md` speak of these. */
export const REASONS = [
  'message-malformed',
  'chain-unknown',
  'chain-paused',
  'request-expired',
  'already-rotated',
  'commit-lost',
  'failed-lately',
  'caller-mismatch',
  'secret-foreign',
  'secret-missing',
  'secret-denied',
  'secret-refused',
  'etag-stale',
  'mint-denied',
  'mint-refused',
  'mint-stale',
  'disproved',
  'publish-denied',
  'policy-denied',
  'policy-missing',
  'policy-refused',
  'unauthenticated',
  'cloud-busy',
  'deadline',
] as const;
export type Reason = (typeof REASONS)[number];

/** An expected bad outcome. It never holds a token, a claim, a payload or Google's free text: it is rebuilt from status, reason and permission. */
export type Failure = {
  readonly reason: Reason;
  /** In our words. */
  readonly detail: string;
  /** The permission that Google says is missing. On which hop, it does not say: that is the audit's work. */
  readonly permission?: string;
  /** The API that Google says is not enabled, and in which project, where it tells. */
  readonly api?: { readonly service: string; readonly project?: string };
  /** The organization policy's constraint that Google says forbids it, as in `constraints/iam.allowedPolicyMemberDomains`. */
  readonly constraint?: string;
  /** HTTP status of Google's answer; none when there was no answer. */
  readonly status?: number;
};

/**
 * `retry`: a later tick tries again, on the schedule of attempts. `fail`: permanent, told once and loudly, tried again every 30 minutes.
 * `drop`: not ours to run.
 */
export type Disposition = 'retry' | 'fail' | 'drop';

export function dispositionOf(reason: Reason): Disposition {
  switch (reason) {
    case 'message-malformed':
    case 'chain-unknown':
    case 'chain-paused':
    case 'request-expired':
    case 'already-rotated':
    case 'commit-lost':
    case 'failed-lately':
      return 'drop';
    case 'caller-mismatch':
    case 'secret-foreign':
    case 'secret-refused':
    case 'mint-refused':
    case 'policy-refused':
    case 'disproved':
      return 'fail';
    case 'mint-denied': // a fresh grant takes minutes to reach every replica of IAM
    case 'secret-denied':
    case 'secret-missing':
    case 'publish-denied':
    case 'policy-denied':
    case 'policy-missing':
    case 'unauthenticated':
    case 'etag-stale':
    case 'mint-stale':
    case 'cloud-busy':
    case 'deadline':
      return 'retry';
  }
}
