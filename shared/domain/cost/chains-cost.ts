import type { Inventory } from '../apply/inventory.ts';
import { projectOfResource } from '../apply/wanted.ts';
import type { ChainFile } from '../chain/chain.ts';
import { AUTOMATIC, locationsOf } from '../chain/replication.ts';
import { WRITES_PER_ROTATION } from '../rotation/tick/schedule.ts';
import { PRICES, unitPriceOf } from './prices.ts';

/** The current version and the one before it. */
const LIVE_VERSIONS = 2;
/** The secret, and the list of its versions. */
export const READS_PER_ROTATION = 2;
const DAYS_A_MONTH = 30;
export const MINUTES_A_MONTH = DAYS_A_MONTH * 24 * 60;

/** An entry of the audit log about a mint. Captured ones have 1,500 to 2,000 bytes. */
const MINT_ENTRY_BYTES = 2000;

/** The quota of reads of one project, and its quota of writes. @see https://cloud.google.com/secret-manager/quotas */
export const SECRET_MANAGER_PER_MINUTE = 600;

export type ProjectCost = {
  readonly project: string;
  readonly chains: number;
  /** The number of versions that exist at any time, after a few rotations of every chain. */
  readonly versions: number;
  readonly rotationsPerMinute: number;
  readonly readsPerMinute: number;
  readonly writesPerMinute: number;
  /** The part of Secret Manager's write quota that is used: 1 is all of it, and more than 1 is too much. */
  readonly shareOfWriteQuota: number;
  readonly dollarsPerMonth: number;
};

export type Cost = {
  readonly projects: readonly ProjectCost[];
  /** They count against the quota of the caller's project. */
  readonly mintsPerMinute: number;
  readonly introspectionsPerMinute: number;
  readonly rotationsPerMonth: number;
  readonly dollarsPerMonth: number;
  /** To log each mint, and to publish and deliver its entry to the audit. Not in `dollarsPerMonth`: it is off by default. */
  readonly mintLogDollarsPerMonth: number;
};

/** The calls, quota and money that the chains use in the long run, for each project. It does not include readers and compute. */
export function costOf(file: ChainFile, secrets: Inventory['secrets']): Cost {
  const used = file.chains.map((chain) => {
    const { secret, credential, rotateEverySeconds, replication = AUTOMATIC } = chain;
    const found = secrets.get(secret);
    const existing = found === 'missing' ? undefined : found;
    const rotationsPerMinute = 60 / rotateEverySeconds;
    const waiting = ((existing?.versionDestroyTtlSeconds ?? 0) / 60) * rotationsPerMinute;
    const versions = LIVE_VERSIONS + Math.ceil(waiting);
    const locations = locationsOf(existing?.replication ?? replication).length;
    return {
      project: projectOfResource(secret),
      isAccessToken: credential.kind === 'access-token',
      rotationsPerMinute,
      versions,
      dollars: versions * locations * unitPriceOf(PRICES.version),
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
      // At each tick, fanout lists all secrets of the project with one call.
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
    mintLogDollarsPerMonth:
      mintsPerMinute *
      MINUTES_A_MONTH *
      MINT_ENTRY_BYTES *
      (unitPriceOf(PRICES.logByte) + 2 * unitPriceOf(PRICES.messageByte)),
    dollarsPerMonth: sum(projects.map(({ dollarsPerMonth }) => dollarsPerMonth)),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
