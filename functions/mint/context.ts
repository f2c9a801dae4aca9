import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';

export type MintContext = {
  readonly cloud: Cloud;
  readonly readIntent: ReadIntent;
  /** When each definition, by its digest, last failed permanently. Each instance has its own map, so it misses failures of other instances. */
  readonly failedAt: Map<string, Date>;
  /** One rotation of a chain runs at a time in this instance. */
  readonly oneAtATime: <T>(key: string, work: () => Promise<T>) => Promise<T>;
  /** `projects/P/topics/hopmint-failed` */
  readonly failedTopic: string;
  /** `projects/P/topics/hopmint-tick` */
  readonly tickTopic: string;
  /** `projects/P/topics/hopmint-rotated`; undefined if the installation does not publish rotations. */
  readonly rotatedTopic?: string | undefined;
  readonly now: () => Date;
  /** The deadline of the rotation. */
  readonly signal: AbortSignal;
  /** A new deadline for publishing after the rotation's own deadline has passed. */
  readonly reportDeadline: () => AbortSignal;
};
