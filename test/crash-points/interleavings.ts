import type { Kind } from '../../shared/domain/chain/chain.ts';
import { callOf } from '../simulation/call.ts';
import type { Delivery, Deployment } from '../simulation/deployment.ts';
import { Gate } from '../simulation/gate.ts';
import { heal, openRotation, type Start } from './rotation.ts';

/** These change nothing that another instance could see: when they go does not matter. */
const isPrivate = (call: string): boolean => /^(iamcredentials|oauth2)/.test(call);

/** One way in which two deliveries of one request were interleaved. */
export type Interleaving = {
  /** Whose call went, in order: 0 or 1. */
  readonly turns: readonly number[];
  readonly violations: readonly string[];
};

/**
 * Every way in which the calls of two deliveries of one request can be interleaved, as far as one may notice the other. The first turn is
 * always of the first, as both are the same.
 */
export async function* interleavings(
  kind: Kind,
  start: Start,
  sockets = false,
): AsyncGenerator<Interleaving> {
  let wanted: number[] | undefined = [0];
  while (wanted) {
    const { turns, open, violations } = await interleave(kind, start, wanted, sockets);
    yield { turns, violations };
    wanted = next(turns, open);
  }
}

/** The next in order, depth first: the last turn at which the other could have gone as well. */
function next(turns: readonly number[], open: readonly boolean[]): number[] | undefined {
  for (let last = turns.length - 1; last > 0; last--) {
    if (turns[last] === 0 && open[last]) return [...turns.slice(0, last), 1];
  }
  return undefined;
}

/** @param wanted whose turn it is, as far as that is given; then the first goes as long as it has something to do */
async function interleave(kind: Kind, start: Start, wanted: readonly number[], sockets: boolean) {
  const { deployment, watch, leaks } = await openRotation(kind, start, sockets);
  const turns: number[] = [];
  const open: boolean[] = [];
  try {
    deployment.beat();
    const tick = deployment.take('tick');
    if (tick) await deployment.fanout().run(tick);
    tick?.acknowledge();
    const request = deployment.take('mint');
    if (!request) throw new Error('nothing was due');
    const both: Gate[] = [];
    for (const _ of [0, 1]) both.push(await begin(deployment, request));
    for (;;) {
      const ready = both.flatMap((gate, i) => (gate.held.length > 0 ? [i] : []));
      const turn = ready.length === 2 ? (wanted[turns.length] ?? 0) : ready[0];
      const gate = turn === undefined ? undefined : both[turn];
      if (turn === undefined || !gate) break;
      turns.push(turn);
      open.push(ready.length === 2);
      await gate.release();
      await passPrivate(gate);
    }
    request.acknowledge();
    const healed = await heal(deployment, watch);
    return { turns, open, violations: [...watch.violations, ...healed, ...leaks.found()] };
  } finally {
    await deployment.close();
  }
}

async function begin(deployment: Deployment, request: Delivery): Promise<Gate> {
  const gate = new Gate(deployment.send);
  const instance = deployment.mint({ fetch: gate.fetch });
  await gate.start(() => instance.run(request));
  await passPrivate(gate);
  return gate;
}

async function passPrivate(gate: Gate): Promise<void> {
  for (let held = gate.held[0]; held && isPrivate(callOf(held.request)); held = gate.held[0]) {
    await gate.release();
  }
}
