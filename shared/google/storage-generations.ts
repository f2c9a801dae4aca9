import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Generation, Objects } from '../cloud/objects.ts';
import type { Failure } from '../domain/basics/failure.ts';
import type { ObjectLocation } from '../domain/basics/object-location.ts';
import { err, ok, type Result } from '../domain/basics/result.ts';
import { failureOf } from './wire/failures.ts';
import type { Hosts, Http, HttpResponse } from './wire/http.ts';
import { retrying } from './wire/retry.ts';
import { WIRE, type Wire } from './wire/wire.ts';

/** @see https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
const Resource = z
  .object({
    name: z.string(),
    generation: z.string(),
    updated: z.iso.datetime(),
    metadata: z.record(z.string(), z.string()).default({}),
    timeDeleted: z.string().optional(),
  })
  .transform(({ timeDeleted, updated, ...rest }) => ({
    ...rest,
    updated: new Date(updated),
    isLive: timeDeleted === undefined,
  }));
const Page = z.object({
  items: z.array(Resource).default([]),
  nextPageToken: z.string().optional(),
});

export const refused = (response: HttpResponse, operation: string): Result<never, Failure> =>
  err(
    failureOf(response, {
      operation,
      denied: 'policy-denied',
      missing: 'policy-missing',
      refused: 'policy-refused',
    }),
  );

const toGeneration = ({ name: _, ...generation }: z.output<typeof Resource>): Generation =>
  generation;

/** A body of two parts: the metadata as JSON, and the text. @see https://cloud.google.com/storage/docs/uploading-objects#uploading-an-object */
function multipart(metadata: object, type: string, text: string): { type: string; text: string } {
  const boundary = randomUUID();
  const parts = [
    `Content-Type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(metadata)}`,
    `Content-Type: ${type}\r\n\r\n${text}`,
  ];
  return {
    type: `multipart/related; boundary=${boundary}`,
    text: `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`,
  };
}

/** Cloud Storage: the generations of one object. */
export function generationsOf(
  http: Http,
  hosts: Hosts,
  wire: Wire = WIRE,
): Pick<Objects, 'live' | 'generations' | 'download' | 'upload'> {
  const objects = (bucket: string) =>
    `${hosts.storage}/storage/v1/b/${encodeURIComponent(bucket)}/o`;
  const urlOf = ({ bucket, name }: ObjectLocation) =>
    `${objects(bucket)}/${encodeURIComponent(name)}`;
  return {
    /** @see https://cloud.google.com/storage/docs/json_api/v1/objects/get */
    live: (at, signal) =>
      retrying(
        async () => {
          const response = await http({ method: 'GET', url: urlOf(at), signal });
          if (response.status === 404) return ok(undefined);
          const parsed = Resource.safeParse(response.body);
          return response.status === 200 && parsed.success
            ? ok(toGeneration(parsed.data))
            : refused(response, 'objects.get');
        },
        signal,
        wire,
      ),

    /** @see https://cloud.google.com/storage/docs/json_api/v1/objects/list */
    async generations({ bucket, name }, signal) {
      const found: Generation[] = [];
      let pageToken = '';
      do {
        const query = new URLSearchParams({
          prefix: name,
          versions: 'true',
          ...(pageToken && { pageToken }),
        });
        const page = await retrying(
          async () => {
            const url = `${objects(bucket)}?${query}`;
            const response = await http({ method: 'GET', url, signal });
            const parsed = Page.safeParse(response.body);
            return response.status === 200 && parsed.success
              ? ok(parsed.data)
              : refused(response, 'objects.list');
          },
          signal,
          wire,
        );
        if (!page.ok) return page;
        const own = page.value.items.filter((item) => item.name === name);
        found.push(...own.map(toGeneration));
        pageToken = page.value.nextPageToken ?? '';
      } while (pageToken);
      return ok(found.toSorted((a, b) => (BigInt(a.generation) < BigInt(b.generation) ? 1 : -1)));
    },

    /** @see https://cloud.google.com/storage/docs/json_api/v1/objects/get */
    download: (at, generation, open, signal) =>
      retrying(
        async () => {
          const { take, end } = open();
          const url = `${urlOf(at)}?alt=media&generation=${generation}`;
          const response = await http({ method: 'GET', url, take, signal });
          // Without versioning a generation that was replaced is gone: another read finds the next one.
          if (response.status === 404) return refused({ ...response, status: 503 }, 'objects.get');
          return response.status === 200 ? ok(end()) : refused(response, 'objects.get');
        },
        signal,
        wire,
      ),

    /** Not retried, because a write whose answer was lost may have been done. @see https://cloud.google.com/storage/docs/json_api/v1/objects/insert */
    async upload({ bucket, name }, { text, type, metadata }, { generation }, signal) {
      const query = new URLSearchParams({
        uploadType: 'multipart',
        ...(generation !== undefined && { ifGenerationMatch: generation }),
      });
      const response = await http({
        method: 'POST',
        url: `${hosts.storage}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?${query}`,
        content: multipart({ name, contentType: type, metadata }, type, text),
        signal,
      });
      if (response.status === 412) {
        const detail = 'objects.insert: the object has changed since it was read';
        return err({ reason: 'etag-stale', detail, status: 412 });
      }
      const parsed = Resource.safeParse(response.body);
      return response.status === 200 && parsed.success
        ? ok(toGeneration(parsed.data))
        : refused(response, 'objects.insert');
    },
  };
}
