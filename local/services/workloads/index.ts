import type { ApiMethod } from '../../core/api-method.ts';
import type { Workload } from '../../state/workload.ts';
import { listOf, partsOf } from './list-workloads.ts';

const LOCATION = 'cloud.googleapis.com/location';
const PAGES = { size: 'pageSize', token: 'pageToken' };
const KNATIVE = { size: 'limit', token: 'continue' };

/** @see https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions/list */
const listFunctions = listOf({
  api: 'cloudfunctions',
  name: 'projects.locations.functions.list',
  path: '/v2/projects/{project}/locations/{location}/functions',
  permission: 'cloudfunctions.functions.list',
  collection: 'functions',
  page: PAGES,
  toList: (functions, nextPageToken) => ({
    ...(functions.length > 0 && {
      functions: functions.map(({ name, labels, serviceAccount }) => ({
        name,
        environment: 'GEN_2',
        state: 'ACTIVE',
        labels,
        serviceConfig: { serviceAccountEmail: serviceAccount },
      })),
    }),
    ...(nextPageToken && { nextPageToken }),
  }),
});

/** Cloud Run v1 follows Knative. */
const metadataOf = (workload: Workload, namespace: string) => {
  const { id, location } = partsOf(workload);
  return { name: id, namespace, labels: { ...workload.labels, [LOCATION]: location } };
};
const knativeList = (
  kind: string,
  apiVersion: string,
  items: object[],
  next: string | undefined,
) => ({
  kind: `${kind}List`,
  apiVersion,
  metadata: { ...(next && { continue: next }) },
  ...(items.length > 0 && { items }),
});

/** Of all locations. @see https://cloud.google.com/run/docs/reference/rest/v1/namespaces.jobs/list */
const listJobs = listOf({
  api: 'run',
  name: 'namespaces.jobs.list',
  path: '/apis/run.googleapis.com/v1/namespaces/{project}/jobs',
  permission: 'run.jobs.list',
  collection: 'jobs',
  page: KNATIVE,
  toList: (jobs, next, project) =>
    knativeList(
      'Job',
      'run.googleapis.com/v1',
      jobs.map((job) => ({
        kind: 'Job',
        apiVersion: 'run.googleapis.com/v1',
        metadata: metadataOf(job, project),
        spec: {
          template: { spec: { template: { spec: { serviceAccountName: job.serviceAccount } } } },
        },
      })),
      next,
    ),
});

/** @see https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList */
const listInstances = listOf({
  api: 'compute',
  name: 'instances.aggregatedList',
  path: '/compute/v1/projects/{project}/aggregated/instances',
  permission: 'compute.instances.list',
  collection: 'instances',
  page: { size: 'maxResults', token: 'pageToken' },
  toList: (instances, nextPageToken, project) => ({
    kind: 'compute#instanceAggregatedList',
    id: `${project}/aggregated/instances`,
    items: Object.fromEntries(
      [...Map.groupBy(instances, (one) => `zones/${partsOf(one).location}`)].map(
        ([zone, ofZone]) => [
          zone,
          {
            instances: ofZone.map((one) => ({
              kind: 'compute#instance',
              name: partsOf(one).id,
              status: 'RUNNING',
              labels: one.labels,
              serviceAccounts: [
                {
                  email: one.serviceAccount,
                  scopes: ['https://www.googleapis.com/auth/cloud-platform'],
                },
              ],
            })),
          },
        ],
      ),
    ),
    ...(nextPageToken && { nextPageToken }),
  }),
});

/** On one page. @see https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/list */
const listClusters = listOf({
  api: 'container',
  name: 'projects.locations.clusters.list',
  path: '/v1/projects/{project}/locations/{location}/clusters',
  permission: 'container.clusters.list',
  collection: 'clusters',
  page: PAGES,
  toList: (clusters) =>
    clusters.length === 0
      ? {}
      : {
          clusters: clusters.map((cluster) => ({
            name: partsOf(cluster).id,
            location: partsOf(cluster).location,
            status: 'RUNNING',
            resourceLabels: cluster.labels,
            nodePools: [
              { name: 'default-pool', config: { serviceAccount: cluster.serviceAccount } },
            ],
          })),
        },
});

/** The lists that say what runs as which account. The local cloud runs none of it. */
export const workloads: readonly ApiMethod[] = [
  listFunctions,
  listJobs,
  listInstances,
  listClusters,
];
