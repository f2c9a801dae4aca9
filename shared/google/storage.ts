import { z } from 'zod';
import type { Objects } from '../cloud/objects.ts';

import type { Failure } from '../domain/basics/failure.ts';
import { err, ok, type Result } from '../domain/basics/result.ts';
import { failureOf } from './wire/failures.ts';
import type { Hosts, Http, HttpAnswer } from './wire/http.ts';
import { retrying } from './wire/retry.ts';
import { WIRE, type Wire } from './wire/wire.ts';

const Metadata = z.object({ generation: z.string() });
const Listed = z.object({
  items: z.array(z.object({ name: z.string() })).default([]),
  nextPageToken: z.string().optional(),
});

const refused = (answer: HttpAnswer, what: string): Result<never, Failure> =>
  err(
    failureOf(answer, {
      what,
      denied: 'policy-denied',
      missing: 'policy-missing',
      refused: 'policy-refused',
    }),
  );

/** Cloud Storage: objects of one bucket. */
export function objectsOf(http: Http, hosts: Hosts, wire: Wire = WIRE): Objects {
  const base = (bucket: string) => `${hosts.storage}/storage/v1/b/${encodeURIComponent(bucket)}/o`;
  const at = (bucket: string, name: string) => `${base(bucket)}/${encodeURIComponent(name)}`;
  return {
    /** The generation first, then its very text. @see https://cloud.google.com/storage/docs/json_api/v1/objects/get */
    read: (bucket, name, signal) =>
      retrying(
        async () => {
          const told = await http({ method: 'GET', url: at(bucket, name), signal });
          if (told.status === 404) return ok(undefined);
          const metadata = Metadata.safeParse(told.body);
          if (told.status !== 200 || !metadata.success) return refused(told, 'objects.get');
          const { generation } = metadata.data;
          const url = `${at(bucket, name)}?alt=media&generation=${generation}`;
          const media = await http({ method: 'GET', url, signal });
          // Replaced meanwhile: busy, as it is there and is another one.
          if (media.status === 404) return refused({ ...media, status: 503 }, 'objects.get');
          return media.status === 200
            ? ok({ text: media.text, generation })
            : refused(media, 'objects.get');
        },
        signal,
        wire,
      ),

    /** Not tried again: one whose answer was lost may have been written. @see https://cloud.google.com/storage/docs/json_api/v1/objects/insert */
    async write(bucket, name, value, { generation }, signal) {
      const query = new URLSearchParams({
        uploadType: 'media',
        name,
        ...(generation !== undefined && { ifGenerationMatch: generation }),
      });
      const url = `${hosts.storage}/upload/storage/v1/b/${encodeURIComponent(bucket)}/o?${query}`;
      const answer = await http({ method: 'POST', url, body: value, signal });
      if (answer.status === 412) {
        return err({
          reason: 'etag-stale',
          detail: 'objects.insert: another was written',
          status: 412,
        });
      }
      return answer.status === 200 ? ok(undefined) : refused(answer, 'objects.insert');
    },

    /** @see https://cloud.google.com/storage/docs/json_api/v1/objects/list */
    async list(bucket, prefix, signal) {
      const names: string[] = [];
      let pageToken = '';
      do {
        const query = new URLSearchParams({ prefix, ...(pageToken && { pageToken }) });
        const page = await retrying(
          async () => {
            const answer = await http({ method: 'GET', url: `${base(bucket)}?${query}`, signal });
            const listed = Listed.safeParse(answer.body);
            return answer.status === 200 && listed.success
              ? ok(listed.data)
              : refused(answer, 'objects.list');
          },
          signal,
          wire,
        );
        if (!page.ok) return page;
        names.push(...page.value.items.map(({ name }) => name));
        pageToken = page.value.nextPageToken ?? '';
      } while (pageToken);
      return ok(names);
    },

    /** One that is not there is deleted already. @see https://cloud.google.com/storage/docs/json_api/v1/objects/delete */
    async delete(bucket, name, signal) {
      const answer = await http({ method: 'DELETE', url: at(bucket, name), signal });
      const isGone = answer.status === 204 || answer.status === 200 || answer.status === 404;
      return isGone ? ok(undefined) : refused(answer, 'objects.delete');
    },
  };
}
