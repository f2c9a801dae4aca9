import type { KeyObject } from 'node:crypto';
import type { Heap } from './heap.ts';

/** Google's Policy, as it is on the wire. */
export type Policy = {
  version?: number;
  etag?: string;
  bindings?: Binding[];
  auditConfigs?: unknown[];
};
export type Binding = { role: string; members: string[]; condition?: Condition };
export type Condition = {
  expression: string;
  title?: string;
  description?: string;
  location?: string;
};

/** What is set of a list constraint, before or after inheriting. */
export type OrgPolicy = {
  allowedValues?: string[] | undefined;
  deniedValues?: string[] | undefined;
  allowAll?: boolean | undefined;
  denyAll?: boolean | undefined;
  inheritFromParent?: boolean | undefined;
};
export type Container = {
  /** `organizations/O`, `folders/F`, `projects/P` */
  name: string;
  parent?: string;
  displayName?: string;
  /** By constraint, without the `constraints/` prefix. */
  orgPolicies?: Record<string, OrgPolicy>;
};
export type Project = Container & { projectId: string; projectNumber: string };
export type ServiceAccount = {
  email: string;
  uniqueId: string;
  projectId: string;
  displayName?: string;
  description?: string;
  disabled: boolean;
  deleted: boolean;
  /** Those that people have made: that they are there, and nothing else. */
  keys?: UserKey[] | undefined;
};
export type UserKey = { id: string; disabled?: boolean; validBeforeTime?: string };
export type Role = {
  /** `projects/P/roles/R`, `organizations/O/roles/R` or `roles/R` */
  name: string;
  title?: string;
  description?: string;
  includedPermissions: string[];
  stage?: string;
  deleted?: boolean;
  etag?: string;
};
export type DenyPolicy = {
  /** `policies/cloudresourcemanager.googleapis.com%2Fprojects%2FP/denypolicies/ID` */
  name: string;
  /** `projects/P`, `folders/F` or `organizations/O` */
  attachedTo: string;
  uid: string;
  etag: string;
  createTime: string;
  updateTime: string;
  displayName?: string;
  rules: {
    description?: string;
    denyRule: {
      deniedPrincipals?: string[];
      exceptionPrincipals?: string[];
      deniedPermissions?: string[];
      exceptionPermissions?: string[];
      denialCondition?: Condition;
    };
  }[];
};

/** An access token that was issued. `wall`: it expires by the wall clock, as a metadata server's does. */
export type IssuedToken = {
  member: string;
  email: string;
  uniqueId?: string;
  scopes: string[];
  /** Milliseconds since 1970, a whole second. */
  expiresAt: number;
  wall: boolean;
};
export type SigningKey = { keyId: string; privateKey: KeyObject; publicKey: KeyObject };

/** One call that was answered. No query and no header: they may hold tokens. */
export type LoggedRequest = {
  /** When it came, by the local clock. */
  time: string;
  method: string;
  path: string;
  /** The API and Google's name of the method; none where no route is. */
  api?: string;
  action?: string;
  /** IAM's form of the caller, or `anonymous`. */
  identity: string;
  /** 0 when the connection was cut in place of an answer. */
  status: number;
};

export type SecretVersion = {
  readonly number: number;
  readonly createTime: string;
  readonly destroyTime?: string;
  readonly scheduledDestroyTime?: string;
  readonly state: 'ENABLED' | 'DISABLED' | 'DESTROYED';
  readonly etag: string;
  /** Base64; none once destroyed. */
  readonly data?: string;
  readonly clientSpecifiedPayloadChecksum: boolean;
};
export type Secret = {
  /** `projects/P/secrets/S`, with the project's ID */
  name: string;
  createTime: string;
  etag: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Values are int64: strings on the wire, numbers here. */
  versionAliases: Record<string, number>;
  replication: unknown;
  /** Seconds. */
  versionDestroyTtl?: number;
  topics?: { name: string }[];
  expireTime?: string;
  versions: SecretVersion[];
};

export type PubsubMessage = {
  data: string;
  attributes: Record<string, string>;
  messageId: string;
  publishTime: string;
  orderingKey?: string;
};
export type PushConfig = {
  pushEndpoint?: string;
  attributes?: Record<string, string>;
  oidcToken?: { serviceAccountEmail: string; audience?: string };
};
export type Subscription = {
  name: string;
  /** `_deleted-topic_` once that is gone. */
  topic: string;
  /** Without an endpoint it is for pulling. */
  pushConfig: PushConfig;
  ackDeadlineSeconds: number;
  messageRetentionSeconds: number;
  labels: Record<string, string>;
  expirationPolicy?: { ttl?: string };
  /** Seconds. */
  retryPolicy?: { minimumBackoff: number; maximumBackoff: number };
  deadLetterPolicy?: { deadLetterTopic: string; maxDeliveryAttempts: number };
};
/** A message on one subscription. */
export type Pending = {
  message: PubsubMessage;
  /** Deliveries so far. */
  attempts: number;
  /** Milliseconds since 1970. */
  dueAt: number;
};
export type Backlog = {
  waiting: Heap<Pending>;
  /** Delivered and not yet acknowledged, by ack ID. `deadline`: milliseconds since 1970. */
  outstanding: Map<string, { pending: Pending; deadline: number }>;
  /** A push that fails slows the whole subscription. Milliseconds, and milliseconds since 1970. */
  pauseMs: number;
  pausedUntil: number;
};
export type Topic = { name: string; labels: Record<string, string> };

/** A job of Cloud Scheduler that publishes. */
export type Job = {
  /** `projects/P/locations/L/jobs/J` */
  name: string;
  description?: string;
  schedule: string;
  timeZone: string;
  pubsubTarget: { topicName: string; data?: string; attributes?: Record<string, string> };
  state: 'ENABLED' | 'PAUSED';
  userUpdateTime: string;
  /** When it runs next. */
  scheduleTime: string;
  lastAttemptTime?: string;
  /** Of the last attempt, where that failed. */
  status?: { code: number };
};

export type Bucket = {
  name: string;
  projectId: string;
  /** Keeps what is replaced or deleted, as noncurrent generations. */
  versioning?: boolean;
  /** Of the object written last; one is never used again, though its object be deleted. */
  lastGeneration?: string;
};
export type StoredObject = {
  bucket: string;
  name: string;
  generation: string;
  metageneration: string;
  contentType: string;
  /** Custom metadata. */
  metadata?: Record<string, string>;
  updated: string;
  /** When it became noncurrent. */
  timeDeleted?: string;
  data: Buffer;
};

/** A call that goes wrong on purpose: each that matches `path` (and `method`), until `times` are used up. */
export type Fault = {
  /** A regular expression over path and query. */
  path: string;
  method?: string;
  /** How often it still strikes; absent: always. */
  times?: number;
  /** 0 to 1; absent: 1. */
  probability?: number;
  latencyMs?: number;
  /** Answered in place of the work. */
  status?: number;
  /** The connection is cut before the work. */
  reset?: boolean;
  /** The work is done, and the connection cut instead of an answer. */
  loseAnswer?: boolean;
};
export type Settings = {
  /** How long a policy that was written stays without effect. */
  propagationSeconds: number;
  /** How old what Secret Manager gets, lists, and resolves by `latest` and aliases may be. */
  staleReadSeconds: number;
  /** Calls a minute and project by quota, as `secretmanager/write`. Empty: no quotas. */
  quotas: Record<string, number>;
  /** Extra deliveries of each message. */
  duplicateDeliveries: number;
};

/**
 * The world: plain data that an action reads and changes, and tests read. One map a kind, keyed by the resource's name
 * with project IDs (never numbers) in it.
 */
export type State = {
  /** The local clock. It starts with the wall clock and can be moved. */
  now(): Date;
  advance(seconds: number): void;
  /** Called after the clock, or what waits by it, was changed: look again. */
  readonly clockMoved: Set<() => void>;
  /** The machine's clock: what other processes know of time, and what tokens of a metadata server expire by. */
  wall(): Date;
  /** As Math.random; all that chance decides is decided with it. */
  random(): number;
  /** Policies of every resource that has one, by resource name: `organizations/O`, `folders/F`, `projects/P`,
   * `projects/P/serviceAccounts/EMAIL`, `projects/P/secrets/S`, `projects/P/topics/T`, `projects/P/subscriptions/S`, `buckets/B`. */
  readonly policies: Map<string, Policy>;
  /** What a policy was before it was written, oldest first: it stays in force while the new one propagates. */
  readonly formerPolicies: Map<string, { policy: Policy | undefined; until: number }[]>;
  readonly organizations: Map<string, Container>;
  readonly folders: Map<string, Container>;
  /** By project ID. */
  readonly projects: Map<string, Project>;
  /** By unique ID. Deleted ones stay, and a re-created account is another entry. */
  readonly accounts: Map<string, ServiceAccount>;
  /** The live ones, by email. */
  readonly accountsByEmail: Map<string, ServiceAccount>;
  /** Custom roles, by name. */
  readonly roles: Map<string, Role>;
  readonly denyPolicies: Map<string, DenyPolicy>;
  /** Members by the group's email. */
  readonly groups: Map<string, string[]>;
  readonly tokens: Map<string, IssuedToken>;
  /** By a service account's unique ID; `google` is what signs ID tokens. Made on first use. */
  readonly keys: Map<string, Promise<SigningKey>>;
  readonly secrets: Map<string, Secret>;
  /** What each secret was until when, in milliseconds, oldest first; kept as far back as `staleReadSeconds` reaches. */
  readonly pastSecrets: Map<string, { until: number; secret: Secret | undefined }[]>;
  readonly topics: Map<string, Topic>;
  readonly subscriptions: Map<string, Subscription>;
  /** By subscription. */
  readonly backlogs: Map<string, Backlog>;
  /** Called when there is something new for a subscription. */
  readonly arrivals: Set<(subscription: string) => void>;
  /** A number that no message has had. */
  nextMessageId(): string;
  /** By name. */
  readonly jobs: Map<string, Job>;
  readonly buckets: Map<string, Bucket>;
  /** By `bucket/name`. */
  readonly objects: Map<string, StoredObject>;
  /** Former generations in buckets with versioning, by `bucket/name`, the oldest first. */
  readonly noncurrentObjects: Map<string, StoredObject[]>;
  readonly requests: LoggedRequest[];
  /** How many calls each API has had. */
  readonly requestCounts: Map<string, number>;
  faults: Fault[];
  /** Calls in a minute of the local clock, by quota and project. */
  readonly quotaUse: Map<string, { minute: number; count: number }>;
  readonly settings: Settings;
  /** By a service account's unique ID: where its metadata server listens, as `127.0.0.1:PORT`. */
  readonly metadataServers: Map<string, Promise<string>>;
  /** What must stop when the cloud closes: timers, deliveries, further servers. */
  readonly closers: Set<() => unknown>;
};

/** An empty world. With `now` given the local clock is that one, moved by `advance`. */
export function createState(
  options: {
    readonly now?: () => Date;
    readonly wall?: () => Date;
    readonly random?: () => number;
  } = {},
): State {
  const wall = options.wall ?? (() => new Date());
  const base = options.now ?? wall;
  const clockMoved = new Set<() => void>();
  let aheadMs = 0;
  let lastMessageId = 10_000_000_000_000_000n;
  return {
    now: () => new Date(base().getTime() + aheadMs),
    advance(seconds) {
      aheadMs += seconds * 1000;
      for (const look of clockMoved) look();
    },
    clockMoved,
    wall,
    random: options.random ?? Math.random,
    policies: new Map(),
    formerPolicies: new Map(),
    organizations: new Map(),
    folders: new Map(),
    projects: new Map(),
    accounts: new Map(),
    accountsByEmail: new Map(),
    roles: new Map(),
    denyPolicies: new Map(),
    groups: new Map(),
    tokens: new Map(),
    keys: new Map(),
    secrets: new Map(),
    pastSecrets: new Map(),
    topics: new Map(),
    subscriptions: new Map(),
    backlogs: new Map(),
    arrivals: new Set(),
    nextMessageId: () => String(++lastMessageId),
    jobs: new Map(),
    buckets: new Map(),
    objects: new Map(),
    noncurrentObjects: new Map(),
    requests: [],
    requestCounts: new Map(),
    faults: [],
    quotaUse: new Map(),
    settings: { propagationSeconds: 0, staleReadSeconds: 0, quotas: {}, duplicateDeliveries: 0 },
    metadataServers: new Map(),
    closers: new Set(),
  };
}
