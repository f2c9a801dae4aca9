import { onWorkload, type Route, withActAs } from './route.ts';

const cluster = withActAs(
  'https://cloud.google.com/kubernetes-engine/docs/how-to/service-accounts',
);
const IAM = 'https://cloud.google.com/kubernetes-engine/docs/how-to/iam';
const IDENTITY = 'https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity';

/** What starts a container of the member's choice, or a program in a running one. */
const STARTS: readonly (readonly [name: string, by: string, permission: string])[] = [
  ['pod-create', 'a new pod', 'container.pods.create'],
  ['pod-update', 'another image for a pod', 'container.pods.update'],
  ['pod-exec', 'a program in a pod', 'container.pods.exec'],
  ['pod-attach', 'the input of a pod', 'container.pods.attach'],
  ...(
    [
      ['deployment', 'deployments'],
      ['daemon-set', 'daemonSets'],
      ['stateful-set', 'statefulSets'],
      ['replica-set', 'replicaSets'],
      ['replication-controller', 'replicationControllers'],
      ['job', 'jobs'],
      ['cron-job', 'cronJobs'],
    ] as const
  ).flatMap(([name, resource]) =>
    (['create', 'update'] as const).map(
      (verb) =>
        [
          `kubernetes-${name}-${verb}`,
          verb === 'create'
            ? `a new ${name.replaceAll('-', ' ')}`
            : `a change of a ${name.replaceAll('-', ' ')}`,
          `container.${resource}.${verb}`,
        ] as const,
    ),
  ),
];
const token = 'container.serviceAccounts.createToken';

/** Kubernetes clusters: their nodes, and the Kubernetes accounts that stand for an account. */
export const CONTAINERS: readonly Route[] = [
  cluster('cluster-create', 'a new cluster', ['container.clusters.create']),
  cluster('node-pool-create', 'a new pool of nodes', ['container.clusters.update']),
  ...STARTS.map(([name, by, permission]) =>
    onWorkload('cluster', IAM)(`node-${name}`, by, [permission]),
  ),
  ...STARTS.map(([name, by, permission]) =>
    onWorkload('kubernetes-account', IDENTITY)(`identity-${name}`, by, [permission]),
  ),
  onWorkload('kubernetes-account', IDENTITY)('identity-token', 'a token of that account', [token]),
];
