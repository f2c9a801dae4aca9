import type {
  Boundary,
  EffectivePolicy,
  Job,
  LogLine,
  LogSink,
  Project,
  ProjectPolicy,
  QuotaLimit,
  Service,
  Subscription,
} from '../domain/doctor/facts.ts';
import type { Policy } from '../domain/iam/policy.ts';
import type { AsyncResult } from './async-result.ts';

/** What `./hopmint doctor` reads of an installation. Nothing here changes anything. Each read is retried while Google is busy. */
export interface Deployment {
  /** The time of Google's clock, from the Date of an answer. */
  googleTime(signal: AbortSignal): AsyncResult<Date>;
  project(id: string, signal: AbortSignal): AsyncResult<Project>;
  /** What is directly above a folder. Undefined if it is unknown. */
  parentOfFolder(name: string, signal: AbortSignal): AsyncResult<string | undefined>;
  /** Those of `apis` that are enabled, as `run.googleapis.com`. */
  enabledApis(
    project: string,
    apis: readonly string[],
    signal: AbortSignal,
  ): AsyncResult<ReadonlySet<string>>;
  /** @param constraint without `constraints/` */
  orgPolicy(project: string, constraint: string, signal: AbortSignal): AsyncResult<EffectivePolicy>;
  /** The boundaries bound to the principals of a project, by ID and number, of a folder or of an organization. */
  boundaries(container: string, signal: AbortSignal): AsyncResult<readonly Boundary[]>;
  projectPolicy(project: string, signal: AbortSignal): AsyncResult<ProjectPolicy>;
  /** The policy of a service account, a topic, a subscription, a Cloud Run service, a folder or an organization, by its name. */
  policy(resource: string, signal: AbortSignal): AsyncResult<Policy>;
  /** The services of all regions. */
  services(project: string, signal: AbortSignal): AsyncResult<readonly Service[]>;
  subscription(name: string, signal: AbortSignal): AsyncResult<Subscription>;
  job(name: string, signal: AbortSignal): AsyncResult<Job>;
  /** @param parent `projects/P`, `folders/F` or `organizations/O` */
  sinks(parent: string, signal: AbortSignal): AsyncResult<readonly LogSink[]>;
  /** The limits of quotas that Monitoring had between two times. */
  quotaLimits(
    project: string,
    between: { readonly from: Date; readonly to: Date },
    signal: AbortSignal,
  ): AsyncResult<readonly QuotaLimit[]>;
  /** The newest lines of the functions that match a filter of Cloud Logging. */
  logLines(project: string, filter: string, signal: AbortSignal): AsyncResult<readonly LogLine[]>;
}
