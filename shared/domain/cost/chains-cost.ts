import type { Inventory } from '../apply/inventory.ts';
import { projectOfResource } from '../apply/wanted.ts';
import type { ChainFile } from '../chain/chain.ts';
import { AUTOMATIC, locationsOf } from '../chain/replication.ts';
import { WRITES_PER_ROTATION } from '../rotation/schedule.ts';
import { PRICES, unitPriceOf } from './prices.ts';

/** The newest, the one before, and one that the next rotation destroys. */
const LIVE_VERSIONS = 3;
const READS_PER_ROTATION = 1;
const DAYS_A_MONTH = 30;
export const MINUTES_A_MONTH = DAYS_A_MONTH * 24 * 60;

/** Reads, and writes, of one project. @see https://cloud.google.com/secret-manager/quotas */
export const SECRET_MANAGER_PER_MINUTE = 600;

export type ProjectCost = {
  readonly project: string;
  readonly chains: number;
  /** Alive at any time, once every chain has rotated a few times. */
  readonly versions: number;
  readonly rotationsPerMinute: number;
  readonly readsPerMinute: number;
  readonly writesPerMinute: number;
  /** Of Secret Manager's quota of writes, 0 to 1 and above. */
  readonly shareOfWriteQuota: number;
  readonly dollarsPerMonth: number;
};

export type Cost = {
  readonly projects: readonly ProjectCost[];
  /** By whichever project the caller's calls count for. */
  readonly mintsPerMinute: number;
  readonly introspectionsPerMinute: number;
  readonly rotationsPerMonth: number;
  readonly dollarsPerMonth: number;
};

/** What the chains use in the long run, project by project, in calls, quota and money. Readers and compute are not in it. */
export function costOf(file: ChainFile, secrets: Inventory['secrets']): Cost {
  const used = file.chains.map((chain) => {
    const { secret, credential, rotateEverySeconds, replication = AUTOMATIC } = chain;
    const held = secrets.get(secret);
    const known = held === 'missing' ? undefined : held;
    const rotationsPerMinute = 60 / rotateEverySeconds;
    const lingering = ((known?.versionDestroyTtlSeconds ?? 0) / 60) * rotationsPerMinute;
    const versions = LIVE_VERSIONS + Math.ceil(lingering);
    const places = locationsOf(known?.replication ?? replication).length;
    return {
      project: projectOfResource(secret),
      isAccessToken: credential.kind === 'access-token',
      rotationsPerMinute,
      versions,
      dollars: versions * places * unitPriceOf(PRICES.version),
    };
  });
  const projects = [...Map.groupBy(used, ({ project }) => project)].map(([project, chains]) => {
    const rotationsPerMinute = sum(chains.map((chain) => chain.rotationsPerMinute));
    const writesPerMinute = rotationsPerMinute * WRITES_PER_ROTATION;
    return {
      project,
      chains: chains.length,
      versions: sum(chains.map(({ versions }) => versions)),
      rotationsPerMinute,
      // One list of all its secrets at each tick.
      readsPerMinute: rotationsPerMinute * READS_PER_ROTATION + 60 / file.tickEverySeconds,
      writesPerMinute,
      shareOfWriteQuota: writesPerMinute / SECRET_MANAGER_PER_MINUTE,
      dollarsPerMonth: sum(chains.map(({ dollars }) => dollars)),
    };
  });
  const mintsPerMinute = sum(used.map(({ rotationsPerMinute }) => rotationsPerMinute));
  return {
    projects,
    mintsPerMinute,
    introspectionsPerMinute: sum(
      used.filter((chain) => chain.isAccessToken).map((chain) => chain.rotationsPerMinute),
    ),
    rotationsPerMonth: mintsPerMinute * MINUTES_A_MONTH,
    dollarsPerMonth: sum(projects.map(({ dollarsPerMonth }) => dollarsPerMonth)),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
