import type { AccessBoundary } from './access-boundary.ts';
import type { Container, Project } from './container.ts';
import type { IssuedToken, SigningKey } from './credentials.ts';
import type { DenyPolicy } from './deny-policy.ts';
import type { Fault } from './emulator/fault.ts';
import type { LoggedRequest } from './emulator/request-log.ts';
import type { Settings } from './emulator/settings.ts';
import type { Entitlement, Grant } from './entitlement.ts';
import type { CloudIdentity, Group } from './group.ts';
import type { Job } from './job.ts';
import type { FunctionLogEntry, LogEntry } from './log-entry.ts';
import type { Policy } from './policy.ts';
import { PriorityQueue } from './priority-queue.ts';
import type { Backlog, Subscription, Topic } from './pubsub.ts';
import type { Role } from './role.ts';
import type { RunService } from './run-service.ts';
import type { Secret } from './secret.ts';
import type { ServiceAccount } from './service-account.ts';
import type { Sink } from './sink.ts';
import type { Bucket, StoredObject } from './storage.ts';
import type { TagKey, TagValue } from './tag.ts';
import type { Workload } from './workload.ts';

/**
 * Everything that one local cloud knows, as plain data. API methods read and change it; tests read it.
 *
 * Each kind of resource has one map. Where nothing else is said, the key is the resource's name, and a project in the
 * name is written as its ID, never as its number.
 */
export type State = {
  /** The local clock. It starts at the machine's time, and `advance` moves it. */
  now(): Date;
  advance(seconds: number): void;
  /** Called after the clock moved, and after a job changed: each listener looks again for work that is due. */
  readonly clockListeners: Set<() => void>;
  /** The machine's clock, which other processes see. */
  machineTime(): Date;
  /** Like Math.random. Every random decision uses it. */
  random(): number;
  /**
   * The allow policies, by resource: `organizations/O`, `folders/F`, `projects/P`, `projects/P/serviceAccounts/EMAIL`,
   * `projects/P/secrets/S`, `projects/P/topics/T`, `projects/P/subscriptions/S`,
   * `projects/P/locations/L/services/S`, `buckets/B`.
   */
  readonly policies: Map<string, Policy>;
  /** Replaced policies, oldest first. Each decides until `until` (in milliseconds), while the policy that replaced it propagates. */
  readonly previousPolicies: Map<string, { policy: Policy | undefined; until: number }[]>;
  /** By number. */
  readonly organizations: Map<string, Container>;
  /** By number. */
  readonly folders: Map<string, Container>;
  /** By project ID. */
  readonly projects: Map<string, Project>;
  /** By unique ID. Deleted accounts stay; a re-created account has an entry of its own. */
  readonly accounts: Map<string, ServiceAccount>;
  /** The accounts that are not deleted, by email. */
  readonly accountsByEmail: Map<string, ServiceAccount>;
  /** When a call created the account, in milliseconds since 1970, by unique ID. */
  readonly accountCreations: Map<string, number>;
  /** The custom roles. */
  readonly roles: Map<string, Role>;
  readonly denyPolicies: Map<string, DenyPolicy>;
  readonly accessBoundaries: Map<string, AccessBoundary>;
  /** The long-running operations of Resource Manager, as `operations.get` returns them. */
  readonly operations: Map<string, object>;
  readonly tagKeys: Map<string, TagKey>;
  readonly tagValues: Map<string, TagValue>;
  /** The tag values bound to a resource, by the names of `policies`. */
  readonly tagBindings: Map<string, Set<string>>;
  /** By email. */
  readonly groups: Map<string, Group>;
  cloudIdentity: CloudIdentity;
  readonly tokens: Map<string, IssuedToken>;
  /** By a service account's unique ID; the key under `google` signs ID tokens. Each key is generated at its first use. */
  readonly signingKeys: Map<string, Promise<SigningKey>>;
  readonly secrets: Map<string, Secret>;
  /** Earlier copies of each secret, oldest first, as far back as `staleReadSeconds` needs. `until`: milliseconds since 1970. */
  readonly previousSecrets: Map<string, { until: number; secret: Secret | undefined }[]>;
  readonly topics: Map<string, Topic>;
  readonly subscriptions: Map<string, Subscription>;
  /** By subscription. */
  readonly backlogs: Map<string, Backlog>;
  /** Called after a subscription got messages or was changed. */
  readonly arrivalListeners: Set<(subscription: string) => void>;
  /** @returns a number that no message has yet */
  nextMessageId(): string;
  readonly jobs: Map<string, Job>;
  readonly runServices: Map<string, RunService>;
  readonly entitlements: Map<string, Entitlement>;
  readonly grants: Map<string, Grant>;
  readonly workloads: Map<string, Workload>;
  /** By the bucket's short name. */
  readonly buckets: Map<string, Bucket>;
  /** By `BUCKET/OBJECT`. */
  readonly objects: Map<string, StoredObject>;
  /** The earlier generations of objects in buckets with versioning, oldest first, by `BUCKET/OBJECT`. */
  readonly noncurrentObjects: Map<string, StoredObject[]>;
  /** The newest entries of the audit log, oldest first. */
  readonly log: LogEntry[];
  /** The newest lines that Cloud Run services printed, oldest first. */
  readonly functionLog: FunctionLogEntry[];
  /** @returns an ID that no log entry has yet */
  nextInsertId(): string;
  readonly sinks: Map<string, Sink>;
  /** Entries that a sink will publish later. `dueAt`: milliseconds since 1970. */
  readonly lateEntries: PriorityQueue<{ sink: Sink; entry: LogEntry; dueAt: number }>;
  readonly requests: LoggedRequest[];
  /** How many calls each API received. */
  readonly requestCounts: Map<string, number>;
  faults: Fault[];
  /** Calls in the current minute of the local clock, by quota and project. */
  readonly quotaUse: Map<string, { minute: number; count: number }>;
  readonly settings: Settings;
  /** The address of each account's metadata server, as `127.0.0.1:PORT`, by the account's unique ID. */
  readonly metadataServers: Map<string, Promise<string>>;
  /** Starts the gRPC server, at the first call of `/_local/grpc`. `roots`: PEM. */
  startGrpc?: () => Promise<{ readonly port: number; readonly roots: string }>;
  /** Called when the cloud closes: stops timers, deliveries and metadata servers. */
  readonly cleanups: Set<() => unknown>;
};

/** An empty state. @param options.now the local clock before `advance` moves it */
export function createState(
  options: {
    readonly now?: () => Date;
    readonly machineTime?: () => Date;
    readonly random?: () => number;
  } = {},
): State {
  const machineTime = options.machineTime ?? (() => new Date());
  const base = options.now ?? machineTime;
  const clockListeners = new Set<() => void>();
  let aheadMs = 0;
  let lastInsertId = 36 ** 9; // so an ID has ten characters
  let lastMessageId = 10_000_000_000_000_000n;
  return {
    now: () => new Date(base().getTime() + aheadMs),
    advance(seconds) {
      aheadMs += seconds * 1000;
      for (const listener of clockListeners) listener();
    },
    clockListeners,
    machineTime,
    random: options.random ?? Math.random,
    policies: new Map(),
    previousPolicies: new Map(),
    organizations: new Map(),
    folders: new Map(),
    projects: new Map(),
    accounts: new Map(),
    accountsByEmail: new Map(),
    accountCreations: new Map(),
    roles: new Map(),
    denyPolicies: new Map(),
    accessBoundaries: new Map(),
    operations: new Map(),
    tagKeys: new Map(),
    tagValues: new Map(),
    tagBindings: new Map(),
    groups: new Map(),
    cloudIdentity: { groupReaders: [], transitive: false },
    tokens: new Map(),
    signingKeys: new Map(),
    secrets: new Map(),
    previousSecrets: new Map(),
    topics: new Map(),
    subscriptions: new Map(),
    backlogs: new Map(),
    arrivalListeners: new Set(),
    nextMessageId: () => String(++lastMessageId),
    jobs: new Map(),
    runServices: new Map(),
    entitlements: new Map(),
    grants: new Map(),
    workloads: new Map(),
    buckets: new Map(),
    objects: new Map(),
    noncurrentObjects: new Map(),
    log: [],
    functionLog: [],
    nextInsertId: () => (++lastInsertId).toString(36),
    sinks: new Map(),
    lateEntries: new PriorityQueue(({ dueAt }) => dueAt),
    requests: [],
    requestCounts: new Map(),
    faults: [],
    quotaUse: new Map(),
    settings: {
      propagationSeconds: 0,
      staleReadSeconds: 0,
      newAccountSeconds: 0,
      quotas: {},
      duplicateDeliveries: 0,
      eventDelaySeconds: 0,
      eventLossProbability: 0,
    },
    metadataServers: new Map(),
    cleanups: new Set(),
  };
}
