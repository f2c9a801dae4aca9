import { createHash } from 'node:crypto';
import { findVersion } from '../../local/services/secretmanager/versions/find-version.ts';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import { callOf } from '../simulation/call.ts';
import { type Delivery, type Deployment, deploy, type Instance } from '../simulation/deployment.ts';
import { Gate } from '../simulation/gate.ts';
import { Leaks } from '../simulation/leaks.ts';

import { Watch } from '../simulation/secret-watch.ts';
import { fleetOf } from './fleet.ts';
import { chanceOf } from './random.ts';
import { Timeline } from './timeline.ts';
import { Troubles } from './trouble-log.ts';
import { flapOf, Weather } from './weather.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const STARTS_AT = new Date('2026-11-22T12:00:00Z');

/** Each function's clock is wrong by at most this, so that two differ by up to two minutes. Further from Google's no proof would hold. */
const SKEW_SECONDS = 60;
/** A chain file plans for a minute between the clocks. */
const SKEW_BEYOND_PLAN_SECONDS = 2 * SKEW_SECONDS - 60;
/** A rotation has this long. */
const DEADLINE_MS = 45 * SECOND_MS;
/** What loses a commit asks for another, by a tick and a request, within this. */
const ASKED_FOR_MS = 3 * MINUTE_MS;
const AT_ONCE = 20;
/** Cloud Run has another instance answer in place of one that is frozen. */
const GIVEN_UP_AFTER_MS = MINUTE_MS;

export type Figures = {
  readonly seed: number;
  readonly chains: number;
  readonly hours: number;
  ticks: number;
  rotations: number;
  calls: number;
  reads: number;
  /** How often each thing went wrong. */
  readonly troubles: Record<string, number>;
  /** The least that a reader found left, in seconds, while Google answered within each retry window. */
  worstSeconds: number;
  /** The same when it did not. */
  worstExcusedSeconds: number;
  /** Reads that found too little, for that reason. */
  excused: number;
  /** The most versions of one secret that were there at once. */
  mostAlive: number;
  readonly violations: string[];
  /** Of all that happened, in order: the same for the same seed. */
  fingerprint: string;
};

/** A process of a function: it keeps what a process keeps, and one gate after the other holds it. */
type Process = { readonly instance: Instance; gate: Gate | undefined };

/** Runs a fleet for so long, under all that the seed brings. */
export async function soak(
  seed: number,
  hours: number,
  count: number,
  progress: (hour: number) => void = () => {},
): Promise<Figures> {
  const chance = chanceOf(seed);
  const chains = fleetOf(count, chance);
  const deployment = await deploy(chains, { now: STARTS_AT, random: chance });
  try {
    return await new Soak(deployment, chains, seed, hours, chance).run(progress);
  } finally {
    await deployment.close();
  }
}

class Soak {
  readonly #deployment: Deployment;
  readonly #chains: readonly Chain[];
  readonly #chance: ReturnType<typeof chanceOf>;
  readonly #time: Timeline;
  readonly #troubles = new Troubles();
  readonly #weather: Weather;
  readonly #watches: ReadonlyMap<string, Watch>;
  readonly #leaks: Leaks;
  readonly #figures: Figures;
  readonly #log = createHash('sha256');
  /** The version that a reader has taken by its number, until it looks again. */
  readonly #pinned = new Map<string, { version: number; from: number; until: number }>();
  readonly #shortened = new Map<string, number>();
  readonly #idle: Process[] = [];
  #fanout: Process | undefined;
  #fanoutRuns = false;
  #minting = 0;

  constructor(
    deployment: Deployment,
    chains: readonly Chain[],
    seed: number,
    hours: number,
    chance: ReturnType<typeof chanceOf>,
  ) {
    this.#deployment = deployment;
    this.#chains = chains;
    this.#chance = chance;
    this.#time = new Timeline(deployment.clock);
    this.#weather = new Weather(deployment, this.#time, this.#troubles, chance);
    this.#leaks = new Leaks(deployment);
    const { state } = deployment.local;
    this.#watches = new Map(
      chains.map((chain) => {
        const planned = chain.minValiditySeconds - SKEW_BEYOND_PLAN_SECONDS;
        const watched = { ...chain, minValiditySeconds: planned };
        return [
          chain.secret,
          new Watch(state, watched, (leftAt) => this.#isExcused(chain, leftAt)),
        ];
      }),
    );
    this.#figures = {
      seed,
      chains: chains.length,
      hours,
      ticks: 0,
      rotations: 0,
      calls: 0,
      reads: 0,
      troubles: {},
      worstSeconds: Number.POSITIVE_INFINITY,
      worstExcusedSeconds: Number.POSITIVE_INFINITY,
      excused: 0,
      mostAlive: 0,
      violations: [],
      fingerprint: '',
    };
    deployment.answered.add(async (request, { status }) => {
      this.#figures.calls++;
      const call = callOf(request);
      this.#log.update(`${this.#time.now} ${call} ${status}\n`);
      const secret = /projects\/[^/]+\/secrets\/[^/:?]+/.exec(request.url)?.[0];
      await this.#watches.get(secret ?? '')?.look(call);
    });
  }

  async run(progress: (hour: number) => void): Promise<Figures> {
    const { hours } = this.#figures;
    const ends = this.#time.now + hours * HOUR_MS;
    this.#weather.forecast(hours / (7 * 24), flapOf(this.#deployment));
    this.#every(MINUTE_MS, () => this.#beat());
    this.#every(5 * MINUTE_MS, () => this.#read());
    let hour = 0;
    this.#every(HOUR_MS, () => {
      this.#figures.violations.push(...this.#leaks.found());
      this.#troubles.forget(this.#time.now - 48 * HOUR_MS);
      progress(++hour);
    });
    await this.#time.runUntil(ends);
    return this.#sum();
  }

  #every(ms: number, run: () => unknown): void {
    const next = async () => {
      this.#time.after(ms, next);
      await run();
    };
    this.#time.after(0, next);
  }

  /** Cloud Scheduler misses one now and then, and sends one twice. */
  async #beat(): Promise<void> {
    const times = this.#chance.isOne(200) ? 0 : this.#chance.isOne(200) ? 2 : 1;
    if (times === 0) this.#trouble('a tick missed');
    const { settings } = this.#deployment.local.state;
    settings.duplicateDeliveries = this.#chance.isOne(10) ? 1 : 0;
    for (let n = 0; n < times && this.#weather.ticks; n++) {
      this.#figures.ticks++;
      this.#deployment.beat();
    }
    await this.#pump();
  }

  /** Pub/Sub delivers what is due, in its own time and order. */
  async #pump(): Promise<void> {
    if (!this.#weather.messages) return;
    while (!this.#fanoutRuns) {
      const tick = this.#deployment.take('tick');
      if (!tick) break;
      this.#fanoutRuns = true;
      const process = this.#fanout ?? this.#process('fanout');
      this.#fanout = process;
      const done = (survives: boolean) => {
        if (this.#fanout !== process) return;
        this.#fanoutRuns = false;
        if (!survives) this.#fanout = undefined;
      };
      await this.#start(process, tick, done, () => done(false));
    }
    while (this.#minting < AT_ONCE) {
      const request = this.#deployment.take('mint');
      if (!request) break;
      this.#minting++;
      const delayMs = this.#chance.isOne(100) ? MINUTE_MS : this.#chance.between(0, 3000);
      this.#time.after(delayMs, () => {
        const process = this.#idle.pop() ?? this.#process('mint');
        return this.#start(process, request, (survives) => {
          this.#minting--;
          if (survives) this.#idle.push(process);
        });
      });
    }
  }

  #process(target: 'fanout' | 'mint'): Process {
    const skewSeconds = Math.round(this.#chance.between(-SKEW_SECONDS, SKEW_SECONDS));
    const gate = () => process.gate as Gate;
    const process: Process = {
      gate: undefined,
      instance: this.#deployment[target]({
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
    done: (survives: boolean) => void,
    givenUp: () => void = () => {},
  ): Promise<void> {
    const gate = new Gate(this.#deployment.send);
    process.gate = gate;
    const run = { gate, delivery, chain: chainIn(delivery), done, givenUp, isOver: false };
    this.#time.after(DEADLINE_MS, () => {
      if (!run.isOver && !gate.isParked) gate.deadline.abort();
    });
    await gate.start(() => process.instance.run(delivery));
    await this.#rest(run);
  }

  /** A run has come to rest: before a call, or at its end. */
  async #rest(run: Run): Promise<void> {
    const { gate } = run;
    const held = gate.held[0];
    if (!held) {
      run.isOver = true;
      run.delivery.acknowledge();
      run.done(true);
      return this.#pump();
    }
    const meeting = this.#weather.meet(held.request);
    if (meeting.name === 'a shorter life') this.#shorten(run.chain ?? '');
    else if (meeting.isKnown) this.#troubles.count(meeting.name);
    else if (meeting.name) this.#trouble(meeting.name, run.chain);
    this.#time.after(held.waitMs ?? meeting.latencyMs, async () => {
      await gate.release(meeting.how);
      if (!gate.isParked) return this.#rest(run);
      if (meeting.parksMs === 'for ever') {
        run.isOver = true;
        if (this.#chance.isOne(2)) run.delivery.nack();
        run.done(false);
        return this.#pump();
      }
      const secret = this.#chains.find(({ name }) => name === run.chain)?.secret ?? '';
      const frozenMs = meeting.parksMs ?? 0;
      this.#time.after(GIVEN_UP_AFTER_MS, run.givenUp);
      this.#time.after(frozenMs, async () => {
        // What waited an hour between the clock and the call may be stored all the same; it must be mended.
        const watch = this.#watches.get(secret);
        const stores = callOf(held.request).endsWith('.addVersion');
        if (watch && stores && meeting.name === 'frozen') watch.latestMayBeOld = true;
        if (frozenMs > DEADLINE_MS && this.#chance.isOne(2)) gate.deadline.abort();
        await gate.resume();
        await this.#rest(run);
      });
    });
  }

  /** No excuse for seeing less, but the chain rotates sooner. */
  #shorten(chain: string): void {
    this.#troubles.count('a shorter life');
    this.#shortened.set(chain, this.#time.now);
  }

  #trouble(name: string, chain?: string): void {
    const now = this.#time.now;
    // What hangs is given up after a minute.
    const to = now + GIVEN_UP_AFTER_MS;
    this.#troubles.note(name, { from: now, to, ...(chain !== undefined && { chain }) });
    this.#log.update(`${now} ${name}\n`);
  }

  /** Every reader looks: by `latest`, by alias, and by the number that it took a rotation ago. */
  async #read(): Promise<void> {
    const { state } = this.#deployment.local;
    for (const chain of this.#chains) {
      const watch = this.#watches.get(chain.secret);
      await watch?.look('a reader');
      if (!watch || watch.commits.length === 0) continue;
      this.#figures.mostAlive = Math.max(this.#figures.mostAlive, watch.aliveOfOurs);
      this.#figures.reads += 3;
      const pinned = this.#pinned.get(chain.name);
      const pin = pinned && this.#time.now < pinned.until ? pinned : undefined;
      const by = pin ? ['latest', 'current', String(pin.version)] : ['latest', 'current'];
      for (const version of by) {
        const found = findVersion(state, chain.secret, version);
        const isPinned = pin !== undefined && version === String(pin.version);
        if (found.state === 'ENABLED' || (isPinned && this.#rotatedSooner(chain, pin.from)))
          continue;
        this.#wrong(chain, `version ${version} is ${found.state}`);
      }
      if (pin) continue;
      const { number } = findVersion(state, chain.secret, 'current');
      const until = this.#time.now + chain.rotateEverySeconds * SECOND_MS;
      this.#pinned.set(chain.name, { version: number, from: this.#time.now, until });
    }
  }

  /** Two rotations in less than twice the time make an end of a version that a reader still holds. */
  #rotatedSooner(chain: Chain, since: number): boolean {
    const shortened = this.#shortened.get(chain.name) ?? 0;
    return shortened >= since - HOUR_MS || this.#troubles.anySince(chain, since);
  }

  #wrong({ name }: Chain, what: string): void {
    this.#figures.violations.push(`${new Date(this.#time.now).toISOString()} ${name}: ${what}`);
  }

  /** By what really was minted, and when, not by what a ledger says. */
  #isExcused(chain: Chain, leftAt?: number): boolean {
    // Who loses a commit and leaves a short life as `latest` asks for another: not who is struck before that is asked for and minted.
    if (
      leftAt !== undefined &&
      this.#troubles.anyIn(chain, leftAt - MINUTE_MS, leftAt + ASKED_FOR_MS)
    ) {
      return true;
    }
    const held = this.#watches.get(chain.secret)?.committed;
    if (!held) return true;
    const { storedAt, expiresAt } = held;
    const reserve = chain.minValiditySeconds + chain.retryWindowSeconds + 120;
    const dueAt = Math.max(
      storedAt + 120 * SECOND_MS,
      Math.min(
        storedAt + chain.rotateEverySeconds * SECOND_MS,
        expiresAt.getTime() - reserve * SECOND_MS,
      ),
    );
    return this.#troubles.excuse(chain, dueAt, this.#time.now);
  }

  #sum(): Figures {
    const figures = this.#figures;
    for (const [name, n] of this.#troubles.counts) figures.troubles[name] = n;
    for (const [secret, watch] of this.#watches) {
      figures.rotations += watch.commits.length;
      figures.worstSeconds = Math.min(figures.worstSeconds, watch.worstSeconds);
      figures.worstExcusedSeconds = Math.min(
        figures.worstExcusedSeconds,
        watch.worstExcusedSeconds,
      );
      figures.excused += watch.excused;
      figures.violations.push(...watch.violations.map((what) => `${secret} ${what}`));
    }
    figures.fingerprint = this.#log.digest('hex').slice(0, 16);
    return figures;
  }
}

type Run = {
  readonly gate: Gate;
  readonly delivery: Delivery;
  /** The chain of a mint request. */
  readonly chain: string | undefined;
  readonly done: (survives: boolean) => void;
  readonly givenUp: () => void;
  isOver: boolean;
};

function chainIn({ data }: Delivery): string | undefined {
  const { chain } = JSON.parse(Buffer.from(data, 'base64').toString()) as { chain?: string };
  return chain;
}
