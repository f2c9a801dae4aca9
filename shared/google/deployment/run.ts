import { z } from 'zod';
import type { Deployment } from '../../cloud/deployment.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Service } from '../../domain/doctor/facts.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { read } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';

const texts = z.array(z.string()).default([]);
const map = z.record(z.string(), z.string()).default({});

/** The parts of a service that we read. @see https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services#Service */
const ServiceBody = z.object({
  metadata: z.object({ name: z.string(), labels: map, annotations: map }),
  spec: z.object({
    template: z.object({
      spec: z.object({
        serviceAccountName: z.string().default(''),
        containers: z.array(z.object({ image: z.string().default(''), command: texts })).min(1),
      }),
    }),
  }),
  status: z.object({ url: z.string().optional() }).optional(),
});
const ServicesBody = z.object({ items: z.array(ServiceBody).default([]) });

/** gcloud asks for every region in the same way. @see https://cloud.google.com/run/docs/reference/rest/v1/projects.locations.services/list */
export const servicesOf =
  (http: Http, hosts: Hosts, wire: Wire): Deployment['services'] =>
  async (project, signal) => {
    const url = `${hosts.run}/v1/projects/${encodeURIComponent(project)}/locations/-/services`;
    const request = { operation: 'services', url, schema: ServicesBody };
    const result = await read(http, request, signal, wire);
    return result.ok ? ok(result.value.items.map(toService)) : result;
  };

function toService({ metadata, spec, status }: z.output<typeof ServiceBody>): Service {
  const { serviceAccountName: account, containers } = spec.template.spec;
  const { image = '', command = [] } = containers[0] ?? {};
  const all = urlsIn(metadata.annotations['run.googleapis.com/urls']);
  return {
    name: metadata.name,
    region: metadata.labels['cloud.googleapis.com/location'] ?? '',
    image,
    command,
    account,
    ingress: metadata.annotations['run.googleapis.com/ingress'] ?? 'all',
    urls: [...new Set([...(status?.url === undefined ? [] : [status.url]), ...all])],
  };
}

/** The annotation is JSON. */
function urlsIn(annotation = '[]'): readonly string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(annotation));
  } catch {
    return [];
  }
}
