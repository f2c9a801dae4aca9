import { z } from 'zod';
import type { Deployment } from '../../cloud/deployment.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { read, readPages } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';

const SinksBody = z.object({
  sinks: z
    .array(
      z.object({
        name: z.string(),
        destination: z.string(),
        filter: z.string().default(''),
        includeChildren: z.boolean().default(false),
        disabled: z.boolean().default(false),
        writerIdentity: z.string().default(''),
      }),
    )
    .default([]),
  nextPageToken: z.string().default(''),
});

const EntriesBody = z.object({
  entries: z
    .array(
      z.object({
        resource: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
        jsonPayload: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .default([]),
});

/** Cloud Logging: sinks, and what the functions logged. */
export const loggingOf = (
  http: Http,
  hosts: Hosts,
  wire: Wire,
): Pick<Deployment, 'sinks' | 'logLines'> => ({
  /** @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.sinks/list */
  async sinks(parent, signal) {
    const request = {
      operation: 'log sinks',
      url: `${hosts.logging}/v2/${parent}/sinks`,
      schema: SinksBody,
    };
    const pages = await readPages(http, request, signal, wire);
    if (!pages.ok) return pages;
    return ok(
      pages.value
        .flatMap(({ sinks }) => sinks)
        .map(({ name, destination, filter, includeChildren, disabled, writerIdentity }) => ({
          name: `${parent}/sinks/${name.split('/').at(-1)}`,
          destination,
          filter,
          includesChildren: includeChildren,
          isDisabled: disabled,
          writer: writerIdentity,
        })),
    );
  },

  /** @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list */
  async logLines(project, filter, signal) {
    const result = await read(
      http,
      {
        operation: 'log entries',
        method: 'POST',
        url: `${hosts.logging}/v2/entries:list`,
        body: {
          resourceNames: [`projects/${project}`],
          filter,
          orderBy: 'timestamp desc',
          pageSize: 50,
        },
        schema: EntriesBody,
      },
      signal,
      wire,
    );
    if (!result.ok) return result;
    return ok(
      result.value.entries.map(({ resource, jsonPayload }) => ({
        service: resource.labels.service_name ?? '',
        fields: jsonPayload,
      })),
    );
  },
});
