import { z } from 'zod';
import type { Policies } from '../../cloud/policies.ts';
import { err, ok } from '../../domain/basics/result.ts';
import { lowerAscii } from '../../domain/basics/text/ascii.ts';
import type { Workload, WorkloadListName } from '../../domain/iam/runs-as/workload.ts';
import type { Container } from '../../domain/iam/snapshot.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { readPages } from '../wire/read.ts';
import { isUnused } from '../wire/unused-api.ts';
import type { Wire } from '../wire/wire.ts';

/** A list of everything of one kind in a project, in all locations. */
type List = {
  readonly url: (hosts: Hosts, project: string) => string;
  /** Gives the workloads of a page, and how many locations did not answer. */
  readonly page: z.ZodType<{
    readonly workloads: (project: string) => readonly Workload[];
    readonly unreachable: number;
    readonly nextPageToken: string;
  }>;
};

const unreachable = z.array(z.string()).default([]);
const email = z.string().default('');

const Functions = z
  .object({
    functions: z
      .array(
        z.object({
          name: z.string(),
          serviceConfig: z.object({ serviceAccountEmail: email }).optional(),
        }),
      )
      .default([]),
    unreachable,
    nextPageToken: z.string().default(''),
  })
  .transform(({ functions, unreachable: silent, nextPageToken }) => ({
    workloads: () =>
      functions.map(({ name, serviceConfig }) => ({
        kind: 'function' as const,
        name,
        account: serviceConfig?.serviceAccountEmail ?? '',
      })),
    unreachable: silent.length,
    nextPageToken,
  }));

const Metadata = z.object({
  name: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  continue: z.string().optional(),
});
const LOCATION = 'cloud.googleapis.com/location';
const Account = z.object({ serviceAccountName: email });
const KnativeList = <T extends z.ZodType>(spec: T) =>
  z.object({
    items: z.array(z.object({ metadata: Metadata, spec })).default([]),
    metadata: z.object({ continue: z.string().default('') }).optional(),
    unreachable,
  });

const Services = KnativeList(z.object({ template: z.object({ spec: Account }) })).transform(
  ({ items, metadata, unreachable: silent }) => ({
    workloads: (project: string) =>
      items.map(({ metadata: { name, labels }, spec }) => ({
        kind: 'run-service' as const,
        name: `${project}/locations/${labels[LOCATION] ?? '-'}/services/${name}`,
        account: spec.template.spec.serviceAccountName,
      })),
    unreachable: silent.length,
    nextPageToken: metadata?.continue ?? '',
  }),
);

const Template = z.object({ spec: z.object({ template: z.object({ spec: Account }) }) });
const Jobs = KnativeList(z.object({ template: Template })).transform(
  ({ items, metadata, unreachable: silent }) => ({
    workloads: (project: string) =>
      items.map(({ metadata: { name, labels }, spec }) => ({
        kind: 'run-job' as const,
        name: `${project}/locations/${labels[LOCATION] ?? '-'}/jobs/${name}`,
        account: spec.template.spec.template.spec.serviceAccountName,
      })),
    unreachable: silent.length,
    nextPageToken: metadata?.continue ?? '',
  }),
);

/** Dataproc labels the instances of its clusters. */
const DATAPROC = 'goog-dataproc-cluster-name';
const Instances = z
  .object({
    items: z
      .record(
        z.string(),
        z.object({
          instances: z
            .array(
              z.object({
                name: z.string(),
                labels: z.record(z.string(), z.string()).default({}),
                serviceAccounts: z.array(z.object({ email: z.string() })).default([]),
              }),
            )
            .default([]),
        }),
      )
      .default({}),
    unreachables: unreachable,
    nextPageToken: z.string().default(''),
  })
  .transform(({ items, unreachables, nextPageToken }) => ({
    workloads: (project: string) =>
      Object.entries(items).flatMap(([zone, { instances }]) =>
        instances.flatMap(({ name, labels, serviceAccounts }) =>
          serviceAccounts.flatMap(({ email: account }): Workload[] => {
            const path = `${project}/${zone}`;
            const cluster = labels[DATAPROC];
            return [
              { kind: 'instance', name: `${path}/instances/${name}`, account },
              ...(cluster === undefined
                ? []
                : [
                    {
                      kind: 'dataproc-cluster' as const,
                      name: `${path}/clusters/${cluster}`,
                      account,
                    },
                  ]),
            ];
          }),
        ),
      ),
    unreachable: unreachables.length,
    nextPageToken,
  }));

const NodeConfig = z.object({ serviceAccount: email }).optional();
const Clusters = z
  .object({
    clusters: z
      .array(
        z.object({
          name: z.string(),
          location: z.string().default('-'),
          nodeConfig: NodeConfig,
          nodePools: z.array(z.object({ config: NodeConfig })).default([]),
          autoscaling: z.object({ autoprovisioningNodePoolDefaults: NodeConfig }).optional(),
        }),
      )
      .default([]),
    missingZones: unreachable,
  })
  .transform(({ clusters, missingZones }) => ({
    workloads: (project: string) =>
      clusters.flatMap(({ name, location, nodeConfig, nodePools, autoscaling }) => {
        const accounts = [
          nodeConfig,
          ...nodePools.map(({ config }) => config),
          autoscaling?.autoprovisioningNodePoolDefaults,
        ].map((config) => config?.serviceAccount ?? '');
        return [...new Set(accounts)].map((account) => ({
          kind: 'cluster' as const,
          name: `${project}/locations/${location}/clusters/${name}`,
          account,
        }));
      }),
    unreachable: missingZones.length,
    nextPageToken: '',
  }));

const LISTS: Readonly<Record<WorkloadListName, List>> = {
  /** Of both generations. @see https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions/list */
  functions: {
    url: ({ cloudfunctions }, project) =>
      `${cloudfunctions}/v2/${project}/locations/-/functions?pageSize=1000`,
    page: Functions,
  },
  /** Version 2 has no list of all locations. @see https://cloud.google.com/run/docs/reference/rest/v1/projects.locations.services/list */
  services: {
    url: ({ run }, project) => `${run}/v1/${project}/locations/-/services?limit=1000`,
    page: Services,
  },
  /** @see https://cloud.google.com/run/docs/reference/rest/v1/namespaces.jobs/list */
  jobs: {
    url: ({ run }, project) =>
      `${run}/apis/run.googleapis.com/v1/${project.replace('projects/', 'namespaces/')}/jobs?limit=1000`,
    page: Jobs,
  },
  /** @see https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList */
  instances: {
    url: ({ compute }, project) =>
      `${compute}/compute/v1/${project}/aggregated/instances?maxResults=500&returnPartialSuccess=true`,
    page: Instances,
  },
  /** @see https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/list */
  clusters: {
    url: ({ container }, project) => `${container}/v1/${project}/locations/-/clusters?alt=json`,
    page: Clusters,
  },
};

/** What runs in a project, and as which account. */
export const workloadsOf =
  (http: Http, hosts: Hosts, wire: Wire): Policies['workloads'] =>
  async (project, list, signal) => {
    const { url, page } = LISTS[list];
    const call = { operation: list, url: url(hosts, project.name), schema: page };
    const pages = await readPages(http, call, signal, wire, TOKEN[list]);
    if (!pages.ok) return isUnused(pages.error, project) ? ok([]) : pages;
    if (pages.value.some((one) => one.unreachable > 0)) {
      return err({ reason: 'cloud-busy', detail: `${list}: a location did not answer` });
    }
    const all = pages.value.flatMap((one) => one.workloads(project.name));
    return ok(all.map((one) => ({ ...one, account: accountOf(one.account, project) })));
  };

/** Without an account of its own, a workload runs as the default account of the project. */
const accountOf = (account: string, { number = '' }: Container): string =>
  account === '' || account === 'default'
    ? `${number.replace('projects/', '')}-compute@developer.gserviceaccount.com`
    : lowerAscii(account);

/** The parameter with which each API asks for the next page. */
const TOKEN: Readonly<Record<WorkloadListName, string>> = {
  functions: 'pageToken',
  services: 'continue',
  jobs: 'continue',
  instances: 'pageToken',
  clusters: 'pageToken',
};
