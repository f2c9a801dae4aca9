import type { Administration } from '../../cloud/administration.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Deployment } from '../../cloud/deployment.ts';
import type { Waits } from '../../domain/basics/backoff.ts';
import type { Failure } from '../../domain/basics/failure.ts';
import type { IdentitySource } from '../../domain/basics/identity-source.ts';
import type { ObjectLocation } from '../../domain/basics/object-location.ts';
import type { Result } from '../../domain/basics/result.ts';
import type { Installation } from '../../domain/doctor/installation.ts';
import type { TokenInfo } from '../../domain/rotation/proof.ts';

/** Everything that the checks need. They change nothing; only a probe publishes a message. */
export type DoctorContext = {
  readonly installation: Installation;
  readonly deployment: Deployment;
  readonly cloud: Pick<Cloud, 'policies' | 'objects' | 'topics'>;
  readonly permissionsOn: Administration['permissionsOn'];
  /** Where the identity of this process comes from. */
  readonly source: IdentitySource;
  /** What Google says of its token. */
  readonly introspectSelf: (signal: AbortSignal) => Promise<Result<TokenInfo, Failure>>;
  /** The value of `--file`, if it is not `chains.yaml`. */
  readonly chainFile?: string;
  /** The object of the published chain file. Undefined if the chain file does not name it. */
  readonly publishedAt: ObjectLocation | undefined;
  /** The filter of the log sink that this version needs. */
  readonly sinkFilter: string;
  /** An ID of this run, for a probe: lower-case letters, digits and dashes. */
  readonly runId: string;
  /** True before installing: the deployment need not exist. */
  readonly before: boolean;
  readonly now: () => Date;
  readonly waits: Waits;
  readonly signal: AbortSignal;
};
