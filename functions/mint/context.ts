import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';

export type MintContext = {
  readonly cloud: Cloud;
  readonly readIntent: ReadIntent;
  /** When each definition, by digest, last failed for good. Of this instance: best effort. */
  readonly failedAt: Map<string, Date>;
  /** `projects/P/topics/hopmint-failed` */
  readonly failedTopic: string;
  /** `projects/P/topics/hopmint-tick` */
  readonly tickTopic: string;
  readonly now: () => Date;
  /** The deadline of the whole. */
  readonly signal: AbortSignal;
  /** A little time more, for what is to be told when that is over. */
  readonly reportDeadline: () => AbortSignal;
};
