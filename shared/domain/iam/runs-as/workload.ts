import type { WorkloadKind } from './route.ts';

/** Something that runs code as an account. */
export type Workload = {
  readonly kind: WorkloadKind;
  /** `projects/acme-data/locations/europe-west3/jobs/nightly`. Others chose the last part. */
  readonly name: string;
  /** The email of the account. */
  readonly account: string;
};

/** The lists of a project that show workloads, with the permission that each one needs. */
export const WORKLOAD_LISTS = {
  functions: 'cloudfunctions.functions.list',
  services: 'run.services.list',
  jobs: 'run.jobs.list',
  instances: 'compute.instances.list',
  clusters: 'container.clusters.list',
} as const;
export type WorkloadListName = keyof typeof WORKLOAD_LISTS;

const LIST_OF: Readonly<Record<WorkloadKind, WorkloadListName>> = {
  function: 'functions',
  'run-service': 'services',
  'run-job': 'jobs',
  instance: 'instances',
  // A Dataproc cluster is a group of labelled instances.
  'dataproc-cluster': 'instances',
  cluster: 'clusters',
};

export const isWorkloadKind = (needs: string): needs is WorkloadKind =>
  Object.hasOwn(LIST_OF, needs);

/** The name of a list as a resource: `projects/acme-data/instances`. */
export const workloadList = (project: string, list: WorkloadListName): string =>
  `${project}/${list}`;

export const workloadListOf = (project: string, kind: WorkloadKind): string =>
  workloadList(project, LIST_OF[kind]);
