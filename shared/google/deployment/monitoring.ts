import { z } from 'zod';
import type { Deployment } from '../../cloud/deployment.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { readPages } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';

const labels = z.record(z.string(), z.string()).default({});
const SeriesBody = z.object({
  timeSeries: z
    .array(z.object({ metric: z.object({ labels }), resource: z.object({ labels }) }))
    .default([]),
  nextPageToken: z.string().default(''),
});

const FILTER = [
  'metric.type = "serviceruntime.googleapis.com/quota/limit"',
  'resource.type = "consumer_quota"',
].join(' AND ');

/** The metric that the alert quota-near reads. @see https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list */
export const quotaLimitsOf =
  (http: Http, hosts: Hosts, wire: Wire): Deployment['quotaLimits'] =>
  async (project, { from, to }, signal) => {
    const query = new URLSearchParams({
      filter: FILTER,
      'interval.startTime': from.toISOString(),
      'interval.endTime': to.toISOString(),
      view: 'HEADERS',
    });
    const url = `${hosts.monitoring}/v3/projects/${encodeURIComponent(project)}/timeSeries?${query}`;
    const request = { operation: 'quota limits', url, schema: SeriesBody };
    const pages = await readPages(http, request, signal, wire);
    if (!pages.ok) return pages;
    return ok(
      pages.value
        .flatMap(({ timeSeries }) => timeSeries)
        .map(({ metric, resource }) => ({
          service: resource.labels.service ?? '',
          metric: metric.labels.quota_metric ?? '',
          limitName: metric.labels.limit_name ?? '',
        })),
    );
  };
