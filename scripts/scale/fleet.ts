import type { Chain, ChainFile } from '../../shared/domain/chain/chain.ts';
import {
  type Cost,
  costOf,
  MINUTES_A_MONTH,
  READS_PER_ROTATION,
} from '../../shared/domain/cost/chains-cost.ts';
import {
  mostWritesOf,
  rotationsPerMinute as rotationsPerMinuteOf,
  WRITES_PER_ROTATION,
} from '../../shared/domain/rotation/tick/schedule.ts';

/** Planned chains, all alike. Each mints an access token of its own target into its own secret. */
export type Fleet = {
  readonly chains: number;
  readonly rotateEverySeconds: number;
  readonly tickEverySeconds: number;
  /** The writes that Hopmint may make in each project with secrets, by default 540 of the quota of 600. */
  readonly writesPerMinute: number;
  readonly auditEverySeconds: number;
  /** The time between two reads of one secret, by all workloads of its chain together. */
  readonly readEverySeconds: number;
  /** The duration of one rotation, waiting included. */
  readonly rotationSeconds: number;
  /** The requests that one instance of `mint` serves at once. */
  readonly concurrency: number;
};

/** The projects, calls and instances that a fleet needs. */
export type Use = {
  /** The fewest projects in which the fleet's writes stay within the quota. */
  readonly secretProjects: number;
  /** The fewest projects in which an audit also reads the policy of every secret within `AUDIT_MINUTES`. */
  readonly secretProjectsToAudit: number;
  /** The fewest installations with which the audit of each one reads its accounts within `AUDIT_MINUTES`. */
  readonly installations: number;
  readonly chainsPerProject: number;
  readonly cost: Cost;
  readonly rotationsPerMinute: number;
  /** The rotations that one tick starts in one project, on average. */
  readonly duePerTickAndProject: number;
  /** The most rotations that one tick may start in one project. */
  readonly roomPerTickAndProject: number;
  readonly listCallsPerTick: number;
  readonly publishCallsPerTick: number;
  /** On average. */
  readonly rotationsAtOnce: number;
  /** The instances that finish the rotations of one tick within half of `tickEverySeconds`. */
  readonly mintInstances: number;
  readonly auditReads: number;
  readonly auditMinutes: number;
};

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/list */
export const SECRETS_PER_LIST = 2500;
/** @see https://cloud.google.com/pubsub/quotas */
const MESSAGES_PER_PUBLISH = 1_000;
/** Google counts generated credentials for the caller's project. @see https://cloud.google.com/iam/quotas */
export const MINTS_PER_MINUTE = 60_000;
/**
 * An audit's rate of calls: `burst` at once, then `perMinute`. The rest of each quota is for the rotations in the same projects.
 */
export const AUDIT_PACE = {
  /** For each project. Each planned rotation a minute takes two reads away. */
  secrets: { perMinute: 480, burst: 100 },
  /** For the whole audit: IAM may count its calls for the audit's own project. @see https://cloud.google.com/iam/quotas */
  iam: { perMinute: 5_400, burst: 540 },
} as const;
export type Pace = { readonly perMinute: number; readonly burst: number };

const minutesOf = (reads: number, { perMinute, burst }: Pace): number =>
  Math.max(0, reads - burst) / perMinute;
const mostReadsOf = ({ perMinute, burst }: Pace): number => burst + perMinute * AUDIT_MINUTES;

/** The policy of the secret, and its versions. */
export const READS_PER_SECRET = 2;

/** An audit's rate of reads in a project with so many chains. */
export const secretsPaceOf = (chains: number, { rotateEverySeconds }: Fleet): Pace => ({
  ...AUDIT_PACE.secrets,
  perMinute: AUDIT_PACE.secrets.perMinute - (READS_PER_ROTATION * chains * 60) / rotateEverySeconds,
});

/** The most chains of one project that an audit can observe in time. */
function mostChainsToAudit({ rotateEverySeconds }: Fleet): number {
  const { perMinute, burst } = AUDIT_PACE.secrets;
  const takenByOne = (READS_PER_ROTATION * 60) / rotateEverySeconds;
  return Math.floor(
    (burst + perMinute * OBSERVING_MINUTES) / (READS_PER_SECRET + takenByOne * OBSERVING_MINUTES),
  );
}

/** The account, its policy, its keys. */
const IAM_READS_PER_ACCOUNT = 3;
/** The deadline of one audit. */
export const AUDIT_MINUTES = 3;
/** The earlier deadline for secrets. */
export const OBSERVING_MINUTES = 2.5;

/** A chain file of the fleet, with its secrets spread evenly over this number of projects. */
export function fileOfFleet(fleet: Fleet, projects: number): ChainFile {
  const chains = Array.from({ length: fleet.chains }, (_, i): Chain => {
    const name = `chain-${i + 1}`;
    return {
      name,
      delegates: [],
      target: { email: `${name}@fleet-accounts.iam.gserviceaccount.com` },
      credential: { kind: 'access-token', scopes: [], lifetimeSeconds: 3600 },
      secret: `projects/fleet-secrets-${(i % projects) + 1}/secrets/${name}`,
      format: 'raw',
      rotateEverySeconds: fleet.rotateEverySeconds,
      retryWindowSeconds: 600,
      minValiditySeconds: 300,
    };
  });
  return {
    caller: { email: 'minter@fleet-ops.iam.gserviceaccount.com' },
    tickEverySeconds: fleet.tickEverySeconds,
    writesPerMinute: fleet.writesPerMinute,
    grants: 'token-creator',
    chains,
    exceptions: [],
  };
}

/** The fewest projects with which a chain file of the fleet is not refused for its writes. */
export function secretProjectsOf({
  chains,
  rotateEverySeconds,
  tickEverySeconds,
  writesPerMinute,
}: Fleet): number {
  const writesOfOne = (60 / rotateEverySeconds) * WRITES_PER_ROTATION;
  return Math.max(
    1,
    Math.ceil((chains * writesOfOne) / mostWritesOf(writesPerMinute, tickEverySeconds) - 1e-9),
  );
}

export function useOf(fleet: Fleet): Use {
  const { chains, tickEverySeconds, rotationSeconds, concurrency } = fleet;
  const secretProjects = secretProjectsOf(fleet);
  const chainsPerProject = Math.ceil(chains / secretProjects);
  const cost = costOf(fileOfFleet(fleet, secretProjects), new Map());
  const rotationsPerMinute = cost.mintsPerMinute;
  const iamReads = chains * IAM_READS_PER_ACCOUNT;
  const duePerTick = (rotationsPerMinute * tickEverySeconds) / 60;
  return {
    secretProjects,
    secretProjectsToAudit: Math.max(secretProjects, Math.ceil(chains / mostChainsToAudit(fleet))),
    installations: Math.max(1, Math.ceil(iamReads / mostReadsOf(AUDIT_PACE.iam))),
    chainsPerProject,
    cost,
    rotationsPerMinute,
    duePerTickAndProject: duePerTick / secretProjects,
    roomPerTickAndProject: rotationsPerMinuteOf(fleet.writesPerMinute),
    listCallsPerTick: secretProjects * Math.ceil(chainsPerProject / SECRETS_PER_LIST),
    publishCallsPerTick: Math.ceil(duePerTick / MESSAGES_PER_PUBLISH),
    rotationsAtOnce: (rotationsPerMinute / 60) * rotationSeconds,
    mintInstances: Math.ceil((duePerTick * rotationSeconds) / (tickEverySeconds / 2) / concurrency),
    auditReads: iamReads + chains * READS_PER_SECRET,
    auditMinutes: Math.max(
      minutesOf(iamReads, AUDIT_PACE.iam),
      minutesOf(chainsPerProject * READS_PER_SECRET, secretsPaceOf(chainsPerProject, fleet)),
    ),
  };
}

export const readsPerMonth = ({ chains, readEverySeconds }: Fleet): number =>
  chains * ((MINUTES_A_MONTH * 60) / readEverySeconds);
