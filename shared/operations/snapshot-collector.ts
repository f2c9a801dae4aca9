import type { Failure } from '../domain/basics/failure.ts';
import type { Result } from '../domain/basics/result.ts';
import type { Unread } from '../domain/basics/unread.ts';
import type { BoundBoundary } from '../domain/iam/boundary.ts';
import type { GroupMembers } from '../domain/iam/groups.ts';
import type { LifetimePolicy } from '../domain/iam/lifetime-policy.ts';
import type { ActiveGrant, DenyPolicy, Entitlement, Policy } from '../domain/iam/policy.ts';
import type { Role } from '../domain/iam/role.ts';
import type { Workload } from '../domain/iam/runs-as/workload.ts';
import type { Container, PublishedKeys, ServiceAccount, Snapshot } from '../domain/iam/snapshot.ts';

/** Collects the results of reads, and makes a snapshot of them. */
export function snapshotCollector() {
  const accounts = new Map<string, ServiceAccount | 'missing'>();
  const containers = new Map<string, Container>();
  const policies = new Map<string, Policy>();
  const denyPolicies = new Map<string, readonly DenyPolicy[]>();
  const boundaries = new Map<string, readonly BoundBoundary[]>();
  const unreadBoundaries = new Map<string, string>();
  const roles = new Map<string, Role>();
  const bucketProjects = new Map<string, string>();
  const setAccounts = new Map<string, readonly string[]>();
  const userKeys = new Map<string, readonly string[]>();
  const publishedKeys = new Map<string, PublishedKeys>();
  const lifetimePolicies = new Map<string, LifetimePolicy>();
  const entitlements = new Map<string, readonly Entitlement[]>();
  const activeGrants = new Map<string, readonly ActiveGrant[]>();
  const workloads = new Map<string, readonly Workload[]>();
  const crossProjectUse = new Map<string, boolean>();
  const groups = new Map<string, GroupMembers>();
  const unreadGroups = new Map<string, string>();
  const read = new Set<string>();
  const unread: Unread[] = [];

  return {
    accounts,
    containers,
    policies,
    denyPolicies,
    boundaries,
    unreadBoundaries,
    roles,
    bucketProjects,
    setAccounts,
    userKeys,
    publishedKeys,
    lifetimePolicies,
    entitlements,
    activeGrants,
    workloads,
    crossProjectUse,
    groups,
    unreadGroups,

    /** Notes that a resource was read, and adds its value; or why it was not read. */
    record<T>(resource: string, result: Result<T, Failure>, add: (value: T) => void): void {
      if (result.ok) {
        read.add(resource);
        add(result.value);
      } else {
        unread.push({ resource, reason: reasonOf(result.error) });
      }
    },

    addUnread: (resource: Unread) => unread.push(resource),

    /** The existing accounts, once each, though some are known by email and by unique ID. */
    liveAccounts(): ServiceAccount[] {
      const live = [...accounts.values()].filter((known) => known !== 'missing');
      return [...new Map(live.map((known) => [known.uniqueId, known])).values()];
    },

    snapshot(): Snapshot {
      const incomplete = new Set(unread.map(({ resource }) => resource));
      return {
        accounts,
        containers,
        policies,
        roles,
        denyPolicies,
        boundaries,
        unreadBoundaries,
        bucketProjects,
        setAccounts,
        userKeys,
        publishedKeys,
        lifetimePolicies,
        entitlements,
        activeGrants,
        // A copy: an index of the workloads belongs to one snapshot.
        workloads: new Map(workloads),
        crossProjectUse,
        // A copy: an index of the groups belongs to one snapshot.
        groups: new Map(groups),
        unreadGroups,
        read: [...read].filter((resource) => !incomplete.has(resource)).sort(),
        unread: unread.toSorted((a, b) => (a.resource < b.resource ? -1 : 1)),
      };
    },
  };
}

export type SnapshotCollector = ReturnType<typeof snapshotCollector>;

export const reasonOf = ({ detail, permission }: Failure): string =>
  permission === undefined ? detail : `${detail}, without ${permission}`;
