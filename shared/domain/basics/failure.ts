/** The reasons of expected failures. They are stable: logs, alerts and `docs/troubleshooting.md` name them. */
export const REASONS = [
  'message-malformed',
  'chain-unknown',
  'chain-paused',
  'request-expired',
  'already-rotated',
  'commit-lost',
  'failed-recently',
  'caller-mismatch',
  'secret-missing',
  'secret-denied',
  'secret-refused',
  'etag-stale',
  'mint-denied',
  'mint-refused',
  'signing-refused',
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

/**
 * An expected bad outcome. It is made from Google's status, reason and permission, and never contains a token, a claim, or a payload. Google's
 * free text is only in `violation`.
 */
export type Failure = {
  readonly reason: Reason;
  /** A phrase of our own. */
  readonly detail: string;
  /** The permission that Google says is missing. Google does not say on which hop; the audit finds it. */
  readonly permission?: string;
  /** The API that Google says is not enabled, and its project if Google names it. */
  readonly api?: { readonly service: string; readonly project?: string };
  /** The constraint of an organization policy that Google names, such as `constraints/iam.allowedPolicyMemberDomains`. */
  readonly constraint?: string;
  /** Google's own words about a refused change to IAM or a secret's settings: the fields that it names. Never set for a call that handles a credential. */
  readonly violation?: string;
  /** The HTTP status of Google's answer, if there was an answer. */
  readonly status?: number;
};

/**
 * What follows from a failure.
 *
 * - `retry`: a later tick retries it, on the schedule of attempts
 * - `fail`: permanent; logged once as an error, and retried every 30 minutes
 * - `drop`: the request must not run (malformed, outdated, paused) or is done already; nothing follows
 */
export const DISPOSITIONS = ['retry', 'fail', 'drop'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

export function dispositionOf(reason: Reason): Disposition {
  switch (reason) {
    case 'message-malformed':
    case 'chain-unknown':
    case 'chain-paused':
    case 'request-expired':
    case 'already-rotated':
    case 'commit-lost':
    case 'failed-recently':
      return 'drop';
    case 'caller-mismatch':
    case 'secret-refused':
    case 'mint-refused':
    case 'signing-refused':
    case 'policy-refused':
    case 'disproved':
      return 'fail';
    case 'mint-denied': // a new grant takes minutes to reach every replica of IAM
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
