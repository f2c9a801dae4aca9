import { createHash } from 'node:crypto';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import { callOf } from '../simulation/call.ts';
import type { Deployment } from '../simulation/deployment.ts';
import { SecretWatch } from '../simulation/secret-watch.ts';
import type { Figures } from './figures.ts';
import type { Random } from './random.ts';
import { RandomFaults } from './random-faults.ts';
import { Timeline } from './timeline.ts';
import { TroubleLog } from './trouble-log.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** The most that each function's clock is wrong, so two clocks differ by up to two minutes. With more, proofs would fail. */
export const SKEW_SECONDS = 60;
/** A chain file allows for a difference of one minute. The rest is taken off the minimum validity. */
const SKEW_BEYOND_PLAN_SECONDS = 2 * SKEW_SECONDS - 60;
/** A mint that has lost a commit asks for another rotation. The tick and the mint request take at most this time. */
const REQUESTED_WITHIN_MS = 3 * MINUTE_MS;
/** Cloud Run gives up a call that hangs, and routes the next message to another instance. */
export const GIVEN_UP_AFTER_MS = MINUTE_MS;

/** The parts of a soak that everything in it uses. */
export class SoakWorld {
  readonly deployment: Deployment;
  readonly chains: readonly Chain[];
  readonly random: Random;
  readonly figures: Figures;
  readonly time: Timeline;
  readonly faults: RandomFaults;
  readonly troubles = new TroubleLog();
  /** By secret. */
  readonly watches: ReadonlyMap<string, SecretWatch>;
  readonly #history = createHash('sha256');

  constructor(deployment: Deployment, chains: readonly Chain[], random: Random, figures: Figures) {
    this.deployment = deployment;
    this.chains = chains;
    this.random = random;
    this.figures = figures;
    this.time = new Timeline(deployment.clock);
    this.faults = new RandomFaults(deployment, this.time, this.troubles, random);
    this.watches = new Map(
      chains.map((chain) => {
        const minValiditySeconds = chain.minValiditySeconds - SKEW_BEYOND_PLAN_SECONDS;
        const isExcused = (leftAt?: number) => this.#isExcused(chain, leftAt);
        const { state } = deployment.local;
        return [chain.secret, new SecretWatch(state, { ...chain, minValiditySeconds }, isExcused)];
      }),
    );
    deployment.afterCall.add(async (request, { status }) => {
      figures.calls++;
      const call = callOf(request);
      this.#record(`${call} ${status}`);
      const secret = /projects\/[^/]+\/secrets\/[^/:?]+/.exec(request.url)?.[0];
      await this.watches.get(secret ?? '')?.check(call);
    });
  }

  /** @param chain the chain that the trouble concerns; all chains if it is undefined */
  addTrouble(name: string, chain?: string): void {
    const from = this.time.now;
    const to = from + GIVEN_UP_AFTER_MS;
    this.troubles.add(name, { from, to, ...(chain !== undefined && { chain }) });
    this.#record(name);
  }

  /** A hash of all calls and troubles. Call it once, at the end. */
  fingerprint(): string {
    return this.#history.digest('hex').slice(0, 16);
  }

  #record(what: string): void {
    this.#history.update(`${this.time.now} ${what}\n`);
  }

  /** Decides by the credential that was really stored, and when, because the ledger may be wrong. */
  #isExcused(chain: Chain, leftAt?: number): boolean {
    // A mint that loses a commit leaves its credential as `latest`, and asks for another rotation. Trouble around that time excuses it.
    if (
      leftAt !== undefined &&
      this.troubles.hasBetween(chain, leftAt - MINUTE_MS, leftAt + REQUESTED_WITHIN_MS)
    ) {
      return true;
    }
    const committed = this.watches.get(chain.secret)?.committed;
    if (!committed) return true;
    const { storedAt, expiresAt } = committed;
    const reserveSeconds = chain.minValiditySeconds + chain.retryWindowSeconds + 120;
    const dueAt = Math.max(
      storedAt + 120 * SECOND_MS,
      Math.min(
        storedAt + chain.rotateEverySeconds * SECOND_MS,
        expiresAt.getTime() - reserveSeconds * SECOND_MS,
      ),
    );
    return this.troubles.isExcused(chain, dueAt, this.time.now);
  }
}
