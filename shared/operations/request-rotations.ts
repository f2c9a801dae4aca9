import type { Cloud } from '../cloud/cloud.ts';

/** Publishes a forced tick for some chains. It rotates each of them once, unless the chain has been rotated meanwhile. */
export const requestRotations = (
  chains: readonly string[],
  { cloud, tickTopic }: { readonly cloud: Pick<Cloud, 'topics'>; readonly tickTopic: string },
  signal: AbortSignal,
): ReturnType<Cloud['topics']['publish']> =>
  cloud.topics.publish(tickTopic, [{ message: { only: chains, force: true } }], signal);
