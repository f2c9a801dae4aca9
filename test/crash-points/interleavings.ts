import type { Kind } from '../../shared/domain/chain/chain.ts';
import { callOf } from '../simulation/call.ts';
import type { Delivery, Deployment } from '../simulation/deployment.ts';
import { Gate } from '../simulation/gate.ts';
import { openRotation, rotateAfterwards, type Start } from './rotation.ts';

/** These calls change nothing that another instance can see, so their order does not matter. */
const isPrivate = (call: string): boolean => /^(iamcredentials|oauth2|pubsub)/.test(call);

/** One order of the calls of two deliveries of one request. */
export type Interleaving = {
  /** For each call in order: the delivery that makes it, 0 or 1. */
  readonly turns: readonly number[];
  readonly violations: readonly string[];
};

/**
 * Tries every order of the calls of two deliveries, without the private calls. Delivery 0 always makes the first call: the deliveries are
 * equal, so the other half would be the same.
 */
export async function* interleavings(
  kind: Kind,
  start: Start,
  sockets = false,
): AsyncGenerator<Interleaving> {
  let prefix: number[] | undefined = [0];
  while (prefix) {
    const { turns, hadChoice, violations } = await interleave(kind, start, prefix, sockets);
    yield { turns, violations };
    prefix = nextPrefix(turns, hadChoice);
  }
}

/**
 * The next prefix of a depth-first search. It keeps all turns before the last one of delivery 0 for which delivery 1 waited too, and gives
 * that turn to delivery 1.
 */
function nextPrefix(turns: readonly number[], hadChoice: readonly boolean[]): number[] | undefined {
  for (let last = turns.length - 1; last > 0; last--) {
    if (turns[last] === 0 && hadChoice[last]) return [...turns.slice(0, last), 1];
  }
  return undefined;
}

/** @param prefix the first turns. After them, delivery 0 has every turn until it ends. */
async function interleave(kind: Kind, start: Start, prefix: readonly number[], sockets: boolean) {
  const { deployment, watch, leaks } = await openRotation(kind, start, sockets);
  const turns: number[] = [];
  const hadChoice: boolean[] = [];
  try {
    deployment.publishTick();
    const tick = deployment.take('tick');
    if (tick) await deployment.newFanout().run(tick);
    tick?.acknowledge();
    const request = deployment.take('mint');
    if (!request) throw new Error('no chain was due');
    const both: Gate[] = [];
    for (const _ of [0, 1]) both.push(await begin(deployment, request));
    for (;;) {
      const ready = both.flatMap((gate, i) => (gate.waiting.length > 0 ? [i] : []));
      const turn = ready.length === 2 ? (prefix[turns.length] ?? 0) : ready[0];
      const gate = turn === undefined ? undefined : both[turn];
      if (turn === undefined || !gate) break;
      turns.push(turn);
      hadChoice.push(ready.length === 2);
      await gate.proceed();
      await passPrivate(gate);
    }
    request.acknowledge();
    const afterwards = await rotateAfterwards(deployment, watch);
    return {
      turns,
      hadChoice,
      violations: [...watch.violations, ...afterwards, ...leaks.violations()],
    };
  } finally {
    await deployment.close();
  }
}

async function begin(deployment: Deployment, request: Delivery): Promise<Gate> {
  const gate = new Gate(deployment.send);
  const instance = deployment.newMint({ fetch: gate.fetch });
  await gate.start(() => instance.run(request));
  await passPrivate(gate);
  return gate;
}

async function passPrivate(gate: Gate): Promise<void> {
  for (
    let call = gate.waiting[0];
    call && isPrivate(callOf(call.request));
    call = gate.waiting[0]
  ) {
    await gate.proceed();
  }
}
