import type { Chain } from '../shared/domain/chain/chain.ts';
import { chainOf, RELAY } from '../test/functions/rotation-world.ts';
import { CREDENTIALS } from '../test/simulation/chains.ts';
import { type Deployment, deploy } from '../test/simulation/deployment.ts';
import { type Bench, type Figure, figureOf } from './figures/figure.ts';

const FLEETS = [500, 2500, 5000];
const WRITES_A_MINUTE = 540;
const WRITES = 3;
/** With 5,000 chains, 69 % of the write quota: a chain file above 70 % is refused. */
const ROTATE_EVERY_SECONDS = 2400;
const MIN_VALIDITY_SECONDS = 300;
const NOON = new Date('2026-11-22T12:00:00Z');

const fleetOf = (count: number): Chain[] =>
  Array.from({ length: count }, (_, i) =>
    chainOf(
      `chain-${i}`,
      { ...CREDENTIALS['access-token'], lifetimeSeconds: 3600 } as Chain['credential'],
      {
        delegates: [{ email: RELAY }],
        rotateEverySeconds: ROTATE_EVERY_SECONDS,
        minValiditySeconds: MIN_VALIDITY_SECONDS,
      },
    ),
  );

/** A committed credential. Times are milliseconds since 1970. */
type Commit = {
  readonly chain: string;
  readonly at: number;
  /** When the credential before it expires. */
  readonly previousExpiresAt: number;
};

/** A fleet under the quotas that Google publishes, in simulated time. Each minute has one tick, and every message of it. */
class Fleet {
  readonly world: Deployment;
  commits: Commit[] = [];
  refused = 0;
  readonly #expiries = new Map<string, number>();

  constructor(world: Deployment) {
    this.world = world;
    world.afterCall.add((request: Request, response: Response) => {
      if (response.status === 429) this.refused++;
      const chain = /secrets\/(chain-\d+)\?/.exec(request.url)?.[1];
      if (request.method !== 'PATCH' || chain === undefined || !response.ok) return;
      const at = world.clock.now.getTime();
      const secret = world.local.state.secrets.get(`projects/acme-ops/secrets/${chain}`);
      const previousExpiresAt = this.#expiries.get(chain) ?? Number.POSITIVE_INFINITY;
      this.#expiries.set(chain, Date.parse(secret?.annotations['hopmint-expires-at'] ?? ''));
      this.commits.push({ chain, at, previousExpiresAt });
    });
  }

  /** Runs `count` minutes, or until `chains` chains were rotated. @returns their commits */
  async minutes(count: number, chains = Number.POSITIVE_INFINITY): Promise<Commit[]> {
    this.commits = [];
    this.world.outcomes.length = 0;
    const rotated = () => new Set(this.commits.map(({ chain }) => chain)).size;
    for (let n = 0; n < count && rotated() < chains; n++) {
      await this.world.tick();
      this.world.clock.now = new Date(this.world.clock.now.getTime() + 60_000);
    }
    return this.commits;
  }
}

/** How often a chain was minted before a chain that expires earlier. */
const inversionsOf = (commits: readonly Commit[]): number =>
  commits.filter(
    ({ previousExpiresAt }, i) => (commits[i - 1]?.previousExpiresAt ?? 0) > previousExpiresAt,
  ).length;

const zero = (name: string, unit: string, value: number): Figure =>
  figureOf({ name, unit, against: unit, pairs: [[value, 1]], budget: 0 });

/** Whole fleets under the quotas: when all chains are due at once, when they are spread, and after an outage. */
export const bench: Bench = {
  name: 'quotas',
  async *run() {
    for (const count of FLEETS) {
      const world = await deploy(fleetOf(count), { now: NOON });
      await world.asAda('PUT', '/_local/settings', { quotas: true });
      const fleet = new Fleet(world);
      const title = `${count} chains`;
      const minimumMinutes = (WRITES * count) / WRITES_A_MINUTE;

      // No chain has a credential yet, so all are due at once.
      const from = world.clock.now.getTime();
      const aligned = await fleet.minutes(3 * minimumMinutes, count);
      const last = Math.max(...aligned.map(({ at }) => at));
      yield figureOf({
        name: `${title}, all due at once: time until all are minted`,
        unit: 'min',
        against: 'the minimum by write quota',
        pairs: [[(last - from) / 60_000, minimumMinutes]],
        budget: 1.05,
      });
      yield zero(
        `${title}, all due at once: not minted`,
        'chains',
        count - new Set(aligned.map(({ chain }) => chain)).size,
      );

      // From now on each chain has its own instant on the grid.
      const spread = await fleet.minutes(ROTATE_EVERY_SECONDS / 60 + 1);
      const left = Math.min(
        ...spread.map(({ at, previousExpiresAt }) => (previousExpiresAt - at) / 1000),
      );
      yield figureOf({
        name: `${title}, spread: promised validity`,
        unit: 's',
        against: 'the shortest validity left at a rotation',
        pairs: [[MIN_VALIDITY_SECONDS, left]],
        budget: 0.5,
      });

      // After a day without a tick every chain is late. The chain that expires first must be minted first.
      world.clock.now = new Date(world.clock.now.getTime() + 86_400_000);
      const late = await fleet.minutes(3 * minimumMinutes, count);
      yield zero(
        `${title}, after an outage: minted before a more urgent chain`,
        'chains',
        inversionsOf(late),
      );
      yield zero(`${title}: responses with 429`, 'responses', fleet.refused);
      await world.close();
    }
  },
};
