import type { Cloud } from '../cloud/cloud.ts';

type Publishing = { readonly cloud: Pick<Cloud, 'topics'>; readonly tickTopic: string };

/** Publishes a forced tick for some chains. It rotates each of them once, unless the chain has been rotated meanwhile. */
export const requestRotations = (
  chains: readonly string[],
  { cloud, tickTopic }: Publishing,
  signal: AbortSignal,
): ReturnType<Cloud['topics']['publish']> =>
  cloud.topics.publish(tickTopic, [{ message: { only: chains, force: true } }], signal);

/** The same for chains whose readers get nothing usable. `fanout` counts it with its own healing. */
export const requestHealing = (
  chains: readonly string[],
  { cloud, tickTopic }: Publishing,
  signal: AbortSignal,
): ReturnType<Cloud['topics']['publish']> =>
  cloud.topics.publish(tickTopic, [{ message: { only: chains, force: true, heal: true } }], signal);
