import { canonicalJson, sha256 } from '../../basics/canonical.ts';
import type { Kind } from '../../chain/chain.ts';
import type { Fix } from '../../grants/fix.ts';
import type { Condition } from '../../iam/policy.ts';
import { compareSeverity, type Severity } from './severity.ts';

export type FindingKind =
  /** No binding gives the hop its permission: minting fails. */
  | 'hop-missing'
  /** The grant ends before the credential after next is due. */
  | 'hop-expiring'
  /** The hop has a grant, but its condition does not hold, cannot be decided, or will soon not hold. */
  | 'hop-conditional'
  /** A deny policy forbids the hop. */
  | 'hop-denied'
  /** The hops lack grants, and those of the delegates' reversed order are all there. */
  | 'hop-order'
  | 'account-missing'
  | 'account-disabled'
  /** A grant or the credential is for a deleted account, or a pinned account is gone and another account has its email. */
  | 'account-recreated'
  /** The effective organization policy does not allow the target the lifetime that the chain asks for. */
  | 'lifetime-not-allowed'
  /** The chain's secret does not exist, or does not have our label. */
  | 'secret-missing'
  /** The credential should have been rotated, or is valid for less time than a reader may expect. */
  | 'credential-late'
  /** The credential has expired, or none was ever stored. */
  | 'credential-stale'
  /** The credential has not expired, but its version is disabled, destroyed or not ours. */
  | 'credential-unusable'
  /** Readers had no usable credential three times within an hour, and each time a rotation gave them one. */
  | 'healed-often'
  /** Google will delete the chain's secret with all its versions. */
  | 'secret-expiring'
  /** The ledger does not agree with the chain, or Secret Manager contradicts it. */
  | 'ledger-mismatch'
  /** No chain uses this secret, which has our label. */
  | 'chain-removed'
  | 'chain-paused'
  /** A member that no hop needs can impersonate an account of a chain, directly or through other accounts. */
  | 'unexpected-impersonator'
  /** An account of a chain can impersonate a later account of it, without the accounts between them. */
  | 'shortcut'
  /** A hop is granted above its account, or, under `grants: narrow`, with more permissions than it needs. */
  | 'overgrant'
  /** Everyone, or everyone with a Google account, has access. */
  | 'public'
  /** A reader of the chain's credential may exchange it for credentials of other kinds. */
  | 'token-exchange'
  | 'exception-expired'
  /** A declared reader cannot read the chain's secret. */
  | 'reader-missing'
  | 'secret-readers'
  /** A writer of `latest` decides which credential workloads use. */
  | 'secret-writers'
  /** A member can write the published chain file or change its bucket, and so decide what the caller mints. */
  | 'file-writers'
  /** A member can change policies above the chains, and the chain file does not declare it. */
  | 'unexpected-administrator'
  /** A member can request access from Privileged Access Manager. No policy shows it before the request. */
  | 'latent-grant'
  /** Something runs code as an account of a chain. Anyone who controls it has the power of the account. */
  | 'runs-as'
  /** A member can give itself access, for example by changing a policy or creating a key. */
  | 'escalation'
  /** Somebody has minted a credential of an account of a chain, and no chain or exception declares that. */
  | 'undeclared-mint'
  /** The caller has minted a credential of a chain, and no version followed. */
  | 'mint-without-commit'
  /** Nobody has used a hop for 30 days. */
  | 'hop-unused';

/** The facts behind a finding. Texts that come from a policy are hostile until escaped. */
export type Evidence = {
  /** One sentence. */
  readonly summary: string;
  /** The resource whose policy was read, or the account. */
  readonly resource: string;
  readonly role?: string;
  readonly condition?: Condition;
  readonly denyPolicy?: string;
  /** The constraint of an organization policy: `constraints/iam.…`. */
  readonly constraint?: string;
  /** The permissions of the role that matter for this finding. */
  readonly permissions?: readonly string[];
  /** All of them in a `Report`, and at most 100 in a `ListedReport`. */
  readonly secrets?: readonly string[];
  /** How many they are, if `secrets` leaves some out. */
  readonly secretCount?: number;
  /** IDs of an account's user-managed keys. */
  readonly keys?: readonly string[];
  /** The accounts from the member to an account of a chain, both included. */
  readonly path?: readonly string[];
  /** What to write into the chain file, as YAML, if the finding should be accepted. */
  readonly stanza?: string;
  /** RFC 3339: when a grant ends, or when an exception has expired. */
  readonly endsAt?: string;
  /** RFC 3339: the first instant at which a mint fails. */
  readonly mintFailsAt?: string;
  /** The accounts that the finding affects: all of them in a `Report`, and at most 100 in a `ListedReport`. */
  readonly accounts?: readonly string[];
  /** How many they are, if `accounts` leaves some out. */
  readonly accountCount?: number;
  /** The kinds that the member can mint. */
  readonly kinds?: readonly Kind[];
  /** The entitlement of Privileged Access Manager that offers the access. */
  readonly entitlement?: string;
  /** Who can approve a request; absent if nobody has to. */
  readonly approvers?: readonly string[];
  /** The requester must give a reason. */
  readonly justification?: boolean;
  /** For how long a request gives the access, at most. */
  readonly maxSeconds?: number;
  /** The requests that made the binding, with who approved them. */
  readonly grants?: readonly {
    readonly name: string;
    readonly requester: string;
    readonly approvedBy: readonly string[];
    readonly endsAt?: string;
  }[];
  /** The ways to run code as the account, as in docs/runs-as.md. */
  readonly routes?: readonly string[];
  /** What runs as the account, if a route needs that: at most 100. */
  readonly workloads?: readonly string[];
  /** The access is possible but not certain: a condition, or a role that could not be read, leaves it unknown. */
  readonly possible?: boolean;
  /** The email of an account that is disabled: the access has no effect until somebody enables it. */
  readonly disabled?: string;
};

/** One result of an audit. A finding about access covers one binding on one resource, with all its members that have the same kind. */
export type Finding = FindingMembers & {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** The chain, if the finding is about one chain. It is in `chains` too. */
  readonly chain?: string;
  /** The chains that the finding affects: all of them in a `Report`, and at most 200 in a `ListedReport`. */
  readonly chains: readonly string[];
  /** How many they are, if `chains` leaves some out. */
  readonly chainCount?: number;
  /** Counts from 1: the hop from the caller. */
  readonly hop?: number;
  readonly account: string;
  /** Equal in every audit for the same finding, also if a member joins or leaves its binding. Alerts compare the members. */
  readonly fingerprint: string;
  readonly evidence: Evidence;
  readonly fix?: Fix;
};

/** Who has the access, or lacks it: `member` if it is exactly one, otherwise `members`, the worst first, and their number. */
export type FindingMembers = {
  readonly member?: string;
  /** All of them in a `Report`, and at most 200 in a `ListedReport`. */
  readonly members?: readonly string[];
  readonly memberCount?: number;
};

/** The most members that a report or an alert lists for one finding. */
export const MEMBERS_MAX = 200;
/** And the most chains. */
export const CHAINS_MAX = 200;
/** The most affected accounts that a report lists for one finding, and the most secrets. */
export const ACCOUNTS_MAX = 100;

export const listedChains = (chains: readonly string[]): Pick<Finding, 'chains' | 'chainCount'> =>
  chains.length > CHAINS_MAX
    ? { chains: chains.slice(0, CHAINS_MAX), chainCount: chains.length }
    : { chains };

export const namedMembers = (members: readonly string[]): FindingMembers => {
  const [member] = members;
  if (member === undefined) return {};
  return members.length === 1 ? { member } : { members, memberCount: members.length };
};

export const membersIn = ({ member, members }: FindingMembers): readonly string[] =>
  members ?? (member === undefined ? [] : [member]);

/** A digest of everything that identifies a finding. That includes the condition: two grants that differ only in it are two findings. */
export const fingerprintOf = (...identity: readonly unknown[]): string =>
  sha256(canonicalJson(identity));

export const bySeverity = (a: Finding, b: Finding): number =>
  compareSeverity(a.severity, b.severity);

export const countsAgainst = ({ severity }: Pick<Finding, 'severity'>): boolean =>
  severity !== 'info';
