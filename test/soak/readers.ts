import { findVersion } from '../../local/services/secretmanager/versions/find-version.ts';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import type { SoakWorld } from './soak-world.ts';

const SECOND_MS = 1000;

/** One workload for each chain. It reads the version `latest`, the alias `current`, and the number that `current` had up to a rotation ago. */
export class Readers {
  readonly #world: SoakWorld;
  /** The version that each reader uses by number, until this time. */
  readonly #pinned = new Map<string, { version: number; until: number }>();

  constructor(world: SoakWorld) {
    this.#world = world;
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
        if (isPinned && this.#wasSupersededLongAgo(chain, pinned.version, watch.commits)) continue;
        figures.violations.push(
          `${new Date(time.now).toISOString()} ${chain.name}: version ${name} is ${versionState}`,
        );
      }
      if (pinned) continue;
      const { number } = findVersion(state, chain.secret, 'current');
      const until = time.now + chain.rotateEverySeconds * SECOND_MS;
      this.#pinned.set(chain.name, { version: number, until });
    }
  }

  /** A version stays for ten minutes after it was superseded, or for `rotateEvery` if that is shorter. */
  #wasSupersededLongAgo(chain: Chain, version: number, commits: readonly number[]): boolean {
    const { time, deployment } = this.#world;
    const next = commits.find((commit) => commit > version);
    const { versions } = deployment.local.state.secrets.get(chain.secret) ?? { versions: [] };
    const supersededAt = Date.parse(versions[(next ?? 0) - 1]?.createTime ?? '');
    return time.now - supersededAt >= Math.min(chain.rotateEverySeconds, 600) * SECOND_MS;
  }
}
