import type { Chain, ChainFile } from '../../shared/domain/chain/chain.ts';
import { type Cost, costOf, MINUTES_A_MONTH } from '../../shared/domain/cost/chains-cost.ts';
import {
  mostWritesOf,
  roomOf,
  WRITES_PER_ROTATION,
} from '../../shared/domain/rotation/schedule.ts';

/** Chains that are not there yet, all alike: an access token of a target of its own each, in a secret of its own. */
export type Fleet = {
  readonly chains: number;
  readonly rotateEverySeconds: number;
  readonly tickEverySeconds: number;
  /** Of each project that holds secrets: 540 of the default quota of 600. */
  readonly writesPerMinute: number;
  readonly auditEverySeconds: number;
  /** How often the workloads of one chain read its secret, together. */
  readonly readEverySeconds: number;
  /** Of one rotation, waiting included. */
  readonly rotationSeconds: number;
  /** Of `mint`: requests that an instance serves at once. */
  readonly concurrency: number;
};

/** What a fleet uses, and how near that is to what there is. */
export type Use = {
  readonly secretProjects: number;
  /** So many more, that an audit reads the policies of all secrets in its time. */
  readonly secretProjectsToAudit: number;
  /** Whose audits read all their accounts in that time: 1 until it is over. */
  readonly installations: number;
  readonly chainsPerProject: number;
  readonly cost: Cost;
  readonly rotationsPerMinute: number;
  /** A tick that starts what its share of all instants makes due, in one project; and what it may start at most. */
  readonly duePerTickAndProject: number;
  readonly roomPerTickAndProject: number;
  readonly listCallsPerTick: number;
  readonly publishCallsPerTick: number;
  /** At once, on average, and when what is due is to be done within half a tick. */
  readonly rotationsAtOnce: number;
  readonly mintInstances: number;
  readonly auditReads: number;
  readonly auditMinutes: number;
};

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/list */
export const SECRETS_PER_LIST = 25_000;
/** @see https://cloud.google.com/pubsub/quotas */
const MESSAGES_PER_PUBLISH = 1_000;
/** Generated credentials, by the caller's project. @see https://cloud.google.com/iam/quotas */
export const MINTS_PER_MINUTE = 60_000;
/** How fast an audit asks, so that rotations of the same projects are answered too: so many at once, then so many a minute. */
export const AUDIT_PACE = {
  /** Each project's Secret Manager. */
  secrets: { perMinute: 420, burst: 100 },
  /** IAM, whose quota may be that of the audit's own project. @see https://cloud.google.com/iam/quotas */
  iam: { perMinute: 5_400, burst: 540 },
} as const;
type Pace = { readonly perMinute: number; readonly burst: number };

const minutesOf = (reads: number, { perMinute, burst }: Pace): number =>
  Math.max(0, reads - burst) / perMinute;
const mostReadsOf = ({ perMinute, burst }: Pace): number => burst + perMinute * AUDIT_MINUTES;

/** The account, its policy, its keys. */
const IAM_READS_PER_ACCOUNT = 3;
/** So long an audit may take. */
export const AUDIT_MINUTES = 4;

/** A chain file of a fleet, its secrets spread evenly over so many projects. */
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

/** How many projects keep each one's writes within what a chain file may plan. */
export function secretProjectsOf({ chains, rotateEverySeconds, writesPerMinute }: Fleet): number {
  const writesOfOne = (60 / rotateEverySeconds) * WRITES_PER_ROTATION;
  return Math.max(1, Math.ceil((chains * writesOfOne) / mostWritesOf(writesPerMinute) - 1e-9));
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
    secretProjectsToAudit: Math.max(
      secretProjects,
      Math.ceil(chains / mostReadsOf(AUDIT_PACE.secrets)),
    ),
    installations: Math.max(1, Math.ceil(iamReads / mostReadsOf(AUDIT_PACE.iam))),
    chainsPerProject,
    cost,
    rotationsPerMinute,
    duePerTickAndProject: duePerTick / secretProjects,
    roomPerTickAndProject: roomOf(fleet.writesPerMinute, tickEverySeconds),
    listCallsPerTick: secretProjects * Math.ceil(chainsPerProject / SECRETS_PER_LIST),
    publishCallsPerTick: Math.ceil(duePerTick / MESSAGES_PER_PUBLISH),
    rotationsAtOnce: (rotationsPerMinute / 60) * rotationSeconds,
    mintInstances: Math.ceil((duePerTick * rotationSeconds) / (tickEverySeconds / 2) / concurrency),
    auditReads: iamReads + chains,
    auditMinutes: Math.max(
      minutesOf(iamReads, AUDIT_PACE.iam),
      minutesOf(chainsPerProject, AUDIT_PACE.secrets),
    ),
  };
}

export const readsPerMonth = ({ chains, readEverySeconds }: Fleet): number =>
  chains * ((MINUTES_A_MONTH * 60) / readEverySeconds);
