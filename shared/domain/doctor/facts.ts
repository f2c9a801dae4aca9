import type { Binding } from '../iam/policy.ts';

/** A project, with its number and what is directly above it. */
export type Project = {
  readonly id: string;
  readonly number: string;
  readonly isActive: boolean;
  readonly parent?: string;
};

/** A Cloud Run service. */
export type Service = {
  readonly name: string;
  readonly region: string;
  readonly image: string;
  /** Empty if the image decides. */
  readonly command: readonly string[];
  /** The email of the account that the service runs as. */
  readonly account: string;
  readonly ingress: string;
  /** Every address under which Cloud Run serves it. */
  readonly urls: readonly string[];
};

/** A subscription of Pub/Sub. Without an endpoint it is a pull subscription. */
export type Subscription = {
  readonly topic: string;
  readonly endpoint?: string;
  /** Attributes that change the form of a push. */
  readonly attributes: Readonly<Record<string, string>>;
  /** False if the message itself is the body of a push. */
  readonly isWrapped: boolean;
  /** The account and the audience of the OIDC token of a push. */
  readonly account?: string;
  readonly audience?: string;
  readonly ackDeadlineSeconds: number;
  readonly deadLetterTopic?: string;
  /** False if Google never deletes it. */
  readonly expires: boolean;
  /** Only matching messages are delivered. Empty: every message. */
  readonly filter: string;
};

/** A job of Cloud Scheduler. */
export type Job = {
  readonly isEnabled: boolean;
  readonly schedule: string;
  readonly timeZone: string;
  readonly topic?: string;
  /** The data of its message, decoded. */
  readonly data: string;
  /** The canonical code of the last attempt, if it failed. */
  readonly failedWith?: number;
};

/** A log sink. */
export type LogSink = {
  /** `organizations/O/sinks/S`, `folders/F/sinks/S` or `projects/P/sinks/S` */
  readonly name: string;
  readonly destination: string;
  readonly filter: string;
  readonly includesChildren: boolean;
  readonly isDisabled: boolean;
  /** A member, as `serviceAccount:…`. */
  readonly writer: string;
};

/** The setting of the Data Access audit log for one service. */
export type AuditConfig = {
  readonly service: string;
  readonly logTypes: readonly string[];
};

/** The allow policy of a project, with its settings of the audit log. */
export type ProjectPolicy = {
  readonly bindings: readonly Binding[];
  readonly auditConfigs: readonly AuditConfig[];
};

/** A limit of a quota as Monitoring shows it. */
export type QuotaLimit = {
  readonly service: string;
  readonly metric: string;
  readonly limitName: string;
};

/** The effective organization policy of one constraint. A list constraint has values, a boolean constraint is enforced or not. */
export type EffectivePolicy = {
  readonly allowAll: boolean;
  readonly denyAll: boolean;
  readonly allowedValues: readonly string[];
  readonly deniedValues: readonly string[];
  readonly isEnforced: boolean;
};

/** A principal access boundary policy that is bound to the principals of a container. */
export type Boundary = {
  readonly name: string;
  /** The containers that the principals may access: `projects/N`, `folders/N` or `organizations/N`. */
  readonly containers: readonly string[];
  /** A number, or `latest`. */
  readonly enforcementVersion: string;
  /** True if the binding has a condition: it covers some principals only. */
  readonly isConditional: boolean;
};

/** A line that a function logged. */
export type LogLine = {
  readonly service: string;
  readonly fields: Readonly<Record<string, unknown>>;
};
