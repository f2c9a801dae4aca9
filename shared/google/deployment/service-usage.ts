import { z } from 'zod';
import type { Deployment } from '../../cloud/deployment.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { read } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';

const ServicesBody = z.object({
  services: z.array(z.object({ name: z.string(), state: z.string() })).default([]),
});

/** One call for up to 30 APIs. @see https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet */
export const enabledApisOf =
  (http: Http, hosts: Hosts, wire: Wire): Deployment['enabledApis'] =>
  async (project, apis, signal) => {
    const parent = `projects/${encodeURIComponent(project)}`;
    const names = apis.map(
      (api) => `names=${encodeURIComponent(`projects/${project}/services/${api}`)}`,
    );
    const url = `${hosts.serviceusage}/v1/${parent}/services:batchGet?${names.join('&')}`;
    const request = { operation: 'enabled APIs', url, schema: ServicesBody };
    const result = await read(http, request, signal, wire);
    if (!result.ok) return result;
    const enabled = result.value.services.filter(({ state }) => state === 'ENABLED');
    return ok(new Set(enabled.map(({ name }) => name.split('/').at(-1) ?? name)));
  };
