/** Something that runs code as a service account: a function, a Cloud Run service or job, an instance, or a cluster. */
export type Workload = {
  /** `projects/P/locations/L/jobs/J`; of an instance `projects/P/zones/Z/instances/I` */
  name: string;
  serviceAccount: string;
  labels: Record<string, string>;
};
