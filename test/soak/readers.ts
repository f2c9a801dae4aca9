import { findVersion } from '../../local/services/secretmanager/versions/find-version.ts';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import type { Instances } from './instances.ts';
import type { SoakWorld } from './soak-world.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;

/** One workload for each chain. It reads the version `latest`, the alias `current`, and the number that `current` had up to a rotation ago. */
export class Readers {
  readonly #world: SoakWorld;
  readonly #instances: Instances;
  /** The version that each reader uses by number, from and until these times. */
  readonly #pinned = new Map<string, { version: number; from: number; until: number }>();

  constructor(world: SoakWorld, instances: Instances) {
    this.#world = world;
    this.#instances = instances;
  }

  async read(): Promise<void> {
    const { chains, deployment, figures, time, watches } = this.#world;
    const { state } = deployment.local;
    for (const chain of chains) {
      const watch = watches.get(chain.secret);
      await watch?.check('a reader');
      if (!watch || watch.commits.length === 0) continue;
      figures.mostLiveVersions = Math.max(figures.mostLiveVersions, watch.liveVersions);
      figures.reads += 3;
      const last = this.#pinned.get(chain.name);
      const pinned = last && time.now < last.until ? last : undefined;
      const names = pinned ? ['latest', 'current', String(pinned.version)] : ['latest', 'current'];
      for (const name of names) {
        const { state: versionState } = findVersion(state, chain.secret, name);
        const isPinned = pinned !== undefined && name === String(pinned.version);
        if (versionState === 'ENABLED') continue;
        if (isPinned && this.#mayHaveRotatedTwice(chain, pinned.from)) continue;
        figures.violations.push(
          `${new Date(time.now).toISOString()} ${chain.name}: version ${name} is ${versionState}`,
        );
      }
      if (pinned) continue;
      const { number } = findVersion(state, chain.secret, 'current');
      const until = time.now + chain.rotateEverySeconds * SECOND_MS;
      this.#pinned.set(chain.name, { version: number, from: time.now, until });
    }
  }

  /** The second rotation destroys the pinned version. After trouble or a shorter lifetime, two can follow each other quickly. */
  #mayHaveRotatedTwice(chain: Chain, since: number): boolean {
    const shortenedAt = this.#instances.shortenedAt.get(chain.name) ?? 0;
    return shortenedAt >= since - HOUR_MS || this.#world.troubles.hasSince(chain, since);
  }
}
