import { callOf } from '../simulation/call.ts';
import type { Delivery, Instance } from '../simulation/deployment.ts';
import { Gate } from '../simulation/gate.ts';
import { FROZEN_BEFORE, SHORTER_LIFETIME } from './random-faults.ts';
import { GIVEN_UP_AFTER_MS, SKEW_SECONDS, type SoakWorld } from './soak-world.ts';

const MINUTE_MS = 60_000;
/** The deadline of one run of a function. */
const DEADLINE_MS = 45_000;
/** The most mint requests that are served at the same time. */
const MOST_RUNS = 20;

/** A process of a function. It remembers what the function remembers, and has a new gate for each run. */
type Process = { readonly instance: Instance; gate: Gate | undefined };

/** A process that handles one message. */
type Run = {
  readonly gate: Gate;
  readonly delivery: Delivery;
  /** The chain of a mint request; undefined for a tick. */
  readonly chain: string | undefined;
  /** @param survives whether the process can take another message */
  readonly end: (survives: boolean) => void;
  readonly giveUp: () => void;
  isOver: boolean;
};

/** Pub/Sub and Cloud Run: delivers messages to processes, and lets their calls proceed with random faults. */
export class Instances {
  readonly #world: SoakWorld;
  readonly #idle: Process[] = [];
  #fanout: Process | undefined;
  #isFanoutBusy = false;
  #mintRuns = 0;

  constructor(world: SoakWorld) {
    this.#world = world;
  }

  /** Delivers the messages that are due, in Pub/Sub's own order, as far as instances are free. */
  async deliver(): Promise<void> {
    const { deployment, faults, random, time } = this.#world;
    if (!faults.hasMessages) return;
    while (!this.#isFanoutBusy) {
      const tick = deployment.take('tick');
      if (!tick) break;
      this.#isFanoutBusy = true;
      const process = this.#fanout ?? this.#newProcess('newFanout');
      this.#fanout = process;
      const end = (survives: boolean) => {
        if (this.#fanout !== process) return;
        this.#isFanoutBusy = false;
        if (!survives) this.#fanout = undefined;
      };
      await this.#start(process, tick, end, () => end(false));
    }
    while (this.#mintRuns < MOST_RUNS) {
      const request = deployment.take('mint');
      if (!request) break;
      this.#mintRuns++;
      const delayMs = random.oneIn(100) ? MINUTE_MS : random.between(0, 3000);
      time.after(delayMs, () => {
        const process = this.#idle.pop() ?? this.#newProcess('newMint');
        return this.#start(process, request, (survives) => {
          this.#mintRuns--;
          if (survives) this.#idle.push(process);
        });
      });
    }
  }

  #newProcess(start: 'newFanout' | 'newMint'): Process {
    const { deployment, random } = this.#world;
    const skewSeconds = Math.round(random.between(-SKEW_SECONDS, SKEW_SECONDS));
    const gate = () => process.gate as Gate;
    const process: Process = {
      gate: undefined,
      instance: deployment[start]({
        skewSeconds,
        fetch: (url, init) => gate().fetch(url, init),
        wait: (ms, signal) => gate().wait(ms, signal),
        signal: () => gate().deadline.signal,
      }),
    };
    return process;
  }

  async #start(
    process: Process,
    delivery: Delivery,
    end: (survives: boolean) => void,
    giveUp: () => void = () => {},
  ): Promise<void> {
    const { deployment, time } = this.#world;
    const gate = new Gate(deployment.send);
    process.gate = gate;
    const run: Run = { gate, delivery, chain: chainOf(delivery), end, giveUp, isOver: false };
    time.after(DEADLINE_MS, () => {
      if (!run.isOver && !gate.isFrozen) gate.deadline.abort();
    });
    await gate.start(() => process.instance.run(delivery));
    await this.#continue(run);
  }

  /** The run waits before a call, or has ended. */
  async #continue(run: Run): Promise<void> {
    const { faults, time } = this.#world;
    const waiting = run.gate.waiting[0];
    if (!waiting) {
      run.isOver = true;
      run.delivery.acknowledge();
      run.end(true);
      return this.deliver();
    }
    const fault = faults.next(waiting.request);
    if (fault.name === SHORTER_LIFETIME) this.#world.troubles.count(SHORTER_LIFETIME);
    else if (fault.isOutage) this.#world.troubles.count(fault.name);
    else if (fault.name) this.#world.addTrouble(fault.name, run.chain);
    time.after(waiting.waitMs ?? fault.latencyMs, async () => {
      await run.gate.proceed(fault.intervene);
      if (!run.gate.isFrozen) return this.#continue(run);
      if (fault.freezesMs === 'killed') return this.#kill(run);
      const mayStoreOld = fault.name === FROZEN_BEFORE && isAddVersion(waiting.request);
      this.#thawAfter(fault.freezesMs ?? 0, run, mayStoreOld);
    });
  }

  #kill(run: Run): Promise<void> {
    run.isOver = true;
    if (this.#world.random.oneIn(2)) run.delivery.nack();
    run.end(false);
    return this.deliver();
  }

  #thawAfter(frozenMs: number, run: Run, mayStoreOld: boolean): void {
    const { chains, random, time, watches } = this.#world;
    const secret = chains.find(({ name }) => name === run.chain)?.secret ?? '';
    time.after(GIVEN_UP_AFTER_MS, run.giveUp);
    time.after(frozenMs, async () => {
      // The instance looked at the clock before it was frozen, so it stores the old credential. mint must then ask for another rotation.
      const watch = watches.get(secret);
      if (watch && mayStoreOld) watch.latestMayBeOld = true;
      if (frozenMs > DEADLINE_MS && random.oneIn(2)) run.gate.deadline.abort();
      await run.gate.thaw();
      await this.#continue(run);
    });
  }
}

const isAddVersion = (request: Request | undefined): boolean =>
  callOf(request).endsWith('.addVersion');

function chainOf({ data }: Delivery): string | undefined {
  const { chain } = JSON.parse(Buffer.from(data, 'base64').toString()) as { chain?: string };
  return chain;
}
