import type { Chain } from '../shared/domain/chain/chain.ts';
import { chainOf, RELAY } from '../test/functions/rotation-world.ts';
import { CREDENTIALS } from '../test/simulation/chains.ts';
import { type Deployment, deploy } from '../test/simulation/deployment.ts';
import { type Bench, type Figure, figureOf } from './figures/figure.ts';

const FLEETS = [500, 2500, 5000];
const WRITES_A_MINUTE = 540;
const WRITES = 3;
/** With 5,000 chains, 69 % of the writes that a minute has: the chain file is refused above 70 %. */
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

/** When a credential was committed, and when the one before it ends, in milliseconds since 1970. */
type Commit = { readonly chain: string; readonly at: number; readonly before: number };

/** A fleet under the quotas that Google publishes, in simulated time: a tick a minute, and all that comes of it. */
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
      const before = this.#expiries.get(chain) ?? Number.POSITIVE_INFINITY;
      this.#expiries.set(chain, Date.parse(secret?.annotations['hopmint-expires-at'] ?? ''));
      this.commits.push({ chain, at, before });
    });
  }

  /** @returns the commits of so many minutes, or until so many chains were rotated */
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

/** How many were minted before one that had less time left. */
const inversionsOf = (commits: readonly Commit[]): number =>
  commits.filter(({ before }, i) => (commits[i - 1]?.before ?? 0) > before).length;

const none = (name: string, unit: string, value: number): Figure =>
  figureOf({ name, unit, against: unit, pairs: [[value, 1]], budget: 0 });

export const bench: Bench = {
  name: 'quotas',
  async *run() {
    for (const count of FLEETS) {
      const world = await deploy(fleetOf(count), { now: NOON });
      await world.asAda('PUT', '/_local/settings', { quotas: true });
      const fleet = new Fleet(world);
      const title = `${count} chains`;
      const bound = (WRITES * count) / WRITES_A_MINUTE;

      // Nothing has a credential yet: all are due at once.
      const from = world.clock.now.getTime();
      const aligned = await fleet.minutes(3 * bound, count);
      const last = Math.max(...aligned.map(({ at }) => at));
      yield figureOf({
        name: `${title}, all due at once: makespan`,
        unit: 'min',
        against: 'min that the writes set',
        pairs: [[(last - from) / 60_000, bound]],
        budget: 1.05,
      });
      yield none(
        `${title}, all due at once: not minted`,
        'chains',
        count - new Set(aligned.map(({ chain }) => chain)).size,
      );

      // From then on each has its own place on the grid.
      const spread = await fleet.minutes(ROTATE_EVERY_SECONDS / 60 + 1);
      const left = Math.min(...spread.map(({ at, before }) => (before - at) / 1000));
      yield figureOf({
        name: `${title}, spread: what a reader may still expect, at worst`,
        unit: 's promised',
        against: 's left',
        pairs: [[MIN_VALIDITY_SECONDS, left]],
        budget: 0.5,
      });

      // A day without a tick: everything is late, and in the order of what is left.
      world.clock.now = new Date(world.clock.now.getTime() + 86_400_000);
      const late = await fleet.minutes(3 * bound, count);
      yield none(
        `${title}, after an outage: minted before what is more urgent`,
        'chains',
        inversionsOf(late),
      );
      yield none(`${title}: answers of 429`, 'answers', fleet.refused);
      await world.close();
    }
  },
};
