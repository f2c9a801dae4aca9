import type { Status } from '../../../shared/domain/rotation/status.ts';
import { TARGET } from '../../functions/rotation-world.ts';
import { callOf } from '../../simulation/call.ts';
import { type Deployment, deploy } from '../../simulation/deployment.ts';
import { Leaks } from '../../simulation/leaks.ts';
import { FOREIGN_PAYLOAD } from '../../simulation/stored-credential.ts';
import { fleetOf } from '../fleet.ts';
import { type Random, randomOf } from '../random.ts';
import { ChainWatch } from './chain-watch.ts';
import { Person } from './person.ts';
import { Verdicts } from './verdicts.ts';

const STEP_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STARTS_AT = new Date('2026-11-22T12:00:00Z');
/** Reads of `latest`, of aliases and of lists may be so old. */
const STALE_READ_SECONDS = 60;
/** The mean time between two changes of one chain. */
const CHANGED_EVERY_MS = 2 * HOUR_MS;
/** The events of ten seconds are checked together. */
const COLLECT_MS = 10_000;
/** The audit observes a secret so long after an event has reported a change of it. */
const SETTLE_MS = 2000;
const AUDIT_EVERY_MS = 15 * MINUTE_MS;
/** Two ticks. */
const REPORTED_WITHIN_MS = 2 * MINUTE_MS;
/** For some time nothing can be minted, so what a person breaks stays broken. The mean time between the ends of two such times. */
const DENIED_EVERY_MS = 12 * HOUR_MS;
const DENIED_MS = [10 * MINUTE_MS, 40 * MINUTE_MS] as const;
/** Nobody changes one chain in this number, so a change must not affect it. */
const UNTOUCHED_EVERY = 4;

export type HandsFigures = {
  readonly seed: number;
  readonly chains: number;
  readonly hours: number;
  rotations: number;
  /** How often each action was done. */
  actions: Readonly<Record<string, number>>;
  eventsLost: number;
  /** How many times nothing could be minted for some minutes. */
  denials: number;
  /** Minutes in which a reader of `latest` or `current` had no usable credential, over all chains. */
  brokenMinutes: number;
  /** The most versions of one ledger that were alive an hour after the last change. */
  mostLiveVersions: number;
  violations: string[];
};

/**
 * Runs a fleet in simulated time, while a person changes its secrets at random. The audit log reports each change, sooner or later or never.
 *
 * @param seed determines everything that happens
 */
export async function handsSoak(
  seed: number,
  hours: number,
  count: number,
  progress: (hour: number) => void = () => {},
): Promise<HandsFigures> {
  const random = randomOf(seed);
  const chains = fleetOf(count, random).map((chain) => ({ ...chain, target: { email: TARGET } }));
  const deployment = await deploy(chains, { now: STARTS_AT, random });
  try {
    return await new HandsSoak(deployment, random, seed, hours).run(progress);
  } finally {
    await deployment.close();
  }
}

class HandsSoak {
  readonly #deployment: Deployment;
  readonly #random: Random;
  readonly #person: Person;
  readonly #verdicts: Verdicts;
  readonly #watches = new Map<string, ChainWatch>();
  readonly #fanout: ReturnType<Deployment['newFanout']>;
  readonly #mint: ReturnType<Deployment['newMint']>;
  readonly #figures: HandsFigures;
  /** What happens later, in milliseconds since 1970. */
  #later: { readonly at: number; readonly run: () => unknown }[] = [];
  #changed = new Set<string>();
  #isActing = false;

  constructor(deployment: Deployment, random: Random, seed: number, hours: number) {
    const { chains } = deployment.intent.now.file;
    this.#deployment = deployment;
    this.#random = random;
    this.#person = new Person(deployment, chains, random);
    this.#verdicts = new Verdicts(deployment);
    this.#fanout = deployment.newFanout();
    this.#mint = deployment.newMint();
    this.#figures = {
      seed,
      chains: chains.length,
      hours,
      rotations: 0,
      actions: {},
      eventsLost: 0,
      denials: 0,
      brokenMinutes: 0,
      mostLiveVersions: 0,
      violations: [],
    };
  }

  async run(progress: (hour: number) => void): Promise<HandsFigures> {
    const { clock, local } = this.#deployment;
    const { chains } = this.#deployment.intent.now.file;
    const leaks = new Leaks(this.#deployment);
    await this.#storeInitialVersions();
    local.state.settings.staleReadSeconds = STALE_READ_SECONDS;
    for (const [i, chain] of chains.entries()) {
      const watch = new ChainWatch(local.state, chain, i % UNTOUCHED_EVERY > 0);
      this.#watches.set(chain.secret, watch);
      if (watch.isTouched) this.#changeLater(watch);
    }
    this.#watchCalls();
    this.#recreateLater();
    this.#denyLater();
    for (let passedMs = 0; passedMs <= this.#figures.hours * HOUR_MS; passedMs += STEP_MS) {
      clock.now = new Date(Math.max(clock.now.getTime(), STARTS_AT.getTime() + passedMs));
      await this.#runLater();
      if (passedMs % MINUTE_MS === 0) await this.#tick();
      for (const watch of this.#watches.values()) watch.step();
      if (passedMs % MINUTE_MS === 0) {
        if (passedMs % AUDIT_EVERY_MS === 0) await this.#verdicts.audit();
        else await this.#verdicts.round();
        await this.#checkStatus();
      }
      if (passedMs % HOUR_MS === 0) {
        this.#figures.violations.push(...leaks.violations());
        progress(passedMs / HOUR_MS);
      }
    }
    return this.#sum();
  }

  /** Two versions of somebody else, older than any version that Hopmint destroys. */
  async #storeInitialVersions(): Promise<void> {
    const { clock, local, asAda } = this.#deployment;
    const data = Buffer.from(FOREIGN_PAYLOAD).toString('base64');
    clock.now = new Date(STARTS_AT.getTime() - 40 * DAY_MS);
    for (const name of local.state.secrets.keys()) {
      for (const _ of [1, 2]) await asAda('POST', `/v1/${name}:addVersion`, { payload: { data } });
    }
    clock.now = STARTS_AT;
  }

  /** A person may act between two calls of the product, too. */
  #watchCalls(): void {
    this.#deployment.afterCall.add(async (request, { status }) => {
      const secret = /projects\/[^/]+\/secrets\/[^/:?]+/.exec(request.url)?.[0];
      const watch = this.#watches.get(secret ?? '');
      if (!watch || status !== 200) return;
      await watch.called(callOf(request), request.url);
      if (watch.isTouched && this.#random.oneIn(300)) await this.#change(watch);
    });
  }

  #after(ms: number, run: () => unknown): void {
    this.#later.push({ at: this.#deployment.clock.now.getTime() + ms, run });
  }

  async #runLater(): Promise<void> {
    const now = this.#deployment.clock.now.getTime();
    const due = this.#later.filter(({ at }) => at <= now);
    this.#later = this.#later.filter(({ at }) => at > now);
    for (const { run } of due.toSorted((a, b) => a.at - b.at)) await run();
  }

  #changeLater(watch: ChainWatch): void {
    const random = this.#random;
    // Some changes come soon after another, so that a chain is healed again and again.
    const ms = random.oneIn(3)
      ? random.between(0, 10 * MINUTE_MS)
      : random.between(0, 3 * CHANGED_EVERY_MS);
    this.#after(ms, async () => {
      await this.#change(watch);
      this.#changeLater(watch);
    });
  }

  #recreateLater(): void {
    this.#after(this.#random.between(0, DAY_MS), async () => {
      this.#person.recreateTarget();
      for (const watch of this.#watches.values()) await watch.changed('the target created again');
      this.#recreateLater();
    });
  }

  /** Somebody takes away a grant for some minutes. Nothing can be healed then. */
  #denyLater(): void {
    const { state } = this.#deployment.local;
    this.#after(this.#random.between(0, 2 * DENIED_EVERY_MS), () => {
      const ms = this.#random.between(...DENIED_MS);
      state.faults = [{ path: 'serviceAccounts/', times: 1e9, status: 403 }];
      for (const watch of this.#watches.values()) {
        watch.excuse(ms);
        if (watch.isTouched)
          this.#after(this.#random.between(0, ms / 2), () => this.#change(watch));
      }
      this.#figures.denials++;
      this.#after(ms, () => {
        state.faults = [];
        this.#denyLater();
      });
    });
  }

  async #change(watch: ChainWatch): Promise<void> {
    if (this.#isActing) return;
    this.#isActing = true;
    const random = this.#random;
    const { chain } = watch;
    if (random.oneIn(20)) {
      const at = this.#deployment.clock.now.getTime() + random.between(2 * HOUR_MS, 10 * HOUR_MS);
      await this.#person.setExpiry(chain, new Date(at));
      await watch.changed('set an expiry');
      this.#after(HOUR_MS, () => this.#person.setExpiry(chain, undefined));
    } else {
      await watch.changed(await this.#person.change(chain));
    }
    this.#isActing = false;
    if (random.oneIn(4)) {
      this.#figures.eventsLost++;
      return;
    }
    const [least, most] = random.pick([
      [1000, 20_000],
      [1000, 20_000],
      [20_000, 300_000],
      [300_000, 1_200_000],
    ]) as [number, number];
    this.#after(random.between(least, most), () => this.#eventArrives(watch));
  }

  #eventArrives(watch: ChainWatch): void {
    watch.eventArrived(this.#fanout.healed?.limited.includes(watch.chain.name) ?? false);
    if (this.#changed.size === 0) {
      this.#after(COLLECT_MS, async () => {
        const names = [...this.#changed];
        this.#changed = new Set();
        await this.#fanout.check(names);
        this.#noteLimited();
        await this.#deliverRequests();
      });
    }
    this.#changed.add(watch.chain.name);
    this.#after(SETTLE_MS, () => this.#verdicts.changed(watch.chain));
  }

  #noteLimited(): void {
    for (const watch of this.#watches.values()) {
      if (this.#fanout.healed?.limited.includes(watch.chain.name)) watch.limited();
    }
  }

  async #tick(): Promise<void> {
    this.#deployment.publishTick();
    const tick = this.#deployment.take('tick');
    if (tick) await this.#fanout.run(tick);
    tick?.acknowledge();
    this.#noteLimited();
    await this.#deliverRequests();
  }

  async #deliverRequests(): Promise<void> {
    for (let one = this.#deployment.take('mint'); one; one = this.#deployment.take('mint')) {
      await this.#mint.run(one);
      one.acknowledge();
    }
  }

  /** Two ticks after a chain broke, nothing that can know it calls the chain fresh. */
  async #checkStatus(): Promise<void> {
    const now = this.#deployment.clock.now.getTime();
    const watches = [...this.#watches.values()];
    const known = watches.filter((watch) => watch.mustBeReported(REPORTED_WITHIN_MS));
    if (known.length > 0) this.#expectReported(known, await this.#verdicts.page(), '/status');
    // The command observes versions, and no accounts.
    const visible = watches.filter(
      (watch) => watch.isBrokenFor(REPORTED_WITHIN_MS) && !watch.isOnlyRecreated,
    );
    if (visible.length > 0) this.#expectReported(visible, await this.#verdicts.command(), 'status');
    if (now % AUDIT_EVERY_MS === 0) await this.#expectFresh();
  }

  #expectReported(broken: readonly ChainWatch[], { chains, healthy }: Status, by: string): void {
    for (const watch of broken) {
      const state = chains.find(({ name }) => name === watch.chain.name)?.state;
      if (state === 'fresh' || healthy) watch.violate(`${state} by ${by}, but ${watch.problem}`);
    }
  }

  /** A chain that nobody has changed for an hour is fresh, and its secret has two versions. */
  async #expectFresh(): Promise<void> {
    const { chains } = await this.#verdicts.page();
    for (const watch of this.#watches.values()) {
      if (!watch.isQuiet) continue;
      const found = chains.find(({ name }) => name === watch.chain.name);
      if (found?.state !== 'fresh') watch.violate(`${found?.state}: ${found?.remarks.join('; ')}`);
      this.#figures.mostLiveVersions = Math.max(this.#figures.mostLiveVersions, watch.liveVersions);
      if (watch.liveVersions > 2) watch.violate(`I4: ${watch.liveVersions} versions are alive`);
    }
  }

  #sum(): HandsFigures {
    const figures = this.#figures;
    figures.actions = this.#person.counts;
    for (const watch of this.#watches.values()) {
      figures.rotations += watch.rotations;
      figures.brokenMinutes += watch.brokenMs / MINUTE_MS;
      figures.violations.push(...watch.violations);
    }
    return figures;
  }
}
