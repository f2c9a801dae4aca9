import { z } from 'zod';
import type { Objects } from '../cloud/objects.ts';
import { ok } from '../domain/basics/result.ts';
import { generationsOf, refused } from './storage-generations.ts';
import type { Hosts, Http } from './wire/http.ts';
import { retrying } from './wire/retry.ts';
import { WIRE, type Wire } from './wire/wire.ts';

const Metadata = z.object({ generation: z.string() });
const ListBody = z.object({
  items: z.array(z.object({ name: z.string() })).default([]),
  nextPageToken: z.string().optional(),
});

/** Cloud Storage. */
export function objectsOf(http: Http, hosts: Hosts, wire: Wire = WIRE): Objects {
  const base = (bucket: string) => `${hosts.storage}/storage/v1/b/${encodeURIComponent(bucket)}/o`;
  const at = (bucket: string, name: string) => `${base(bucket)}/${encodeURIComponent(name)}`;
  return {
    ...generationsOf(http, hosts, wire),

    /** Reads the generation first, then the content of that generation. @see https://cloud.google.com/storage/docs/json_api/v1/objects/get */
    read: ({ bucket, name }, open, signal) =>
      retrying(
        async () => {
          const response = await http({ method: 'GET', url: at(bucket, name), signal });
          if (response.status === 404) return ok(undefined);
          const metadata = Metadata.safeParse(response.body);
          if (response.status !== 200 || !metadata.success) return refused(response, 'objects.get');
          const { generation } = metadata.data;
          const url = `${at(bucket, name)}?alt=media&generation=${generation}`;
          const { take, end } = open();
          const media = await http({ method: 'GET', url, take, signal });
          // The object was replaced in between. Report busy, so that the read is retried.
          if (media.status === 404) return refused({ ...media, status: 503 }, 'objects.get');
          return media.status === 200
            ? ok({ content: end(), generation })
            : refused(media, 'objects.get');
        },
        signal,
        wire,
      ),

    /** @see https://cloud.google.com/storage/docs/json_api/v1/objects/list */
    async list(bucket, prefix, signal) {
      const names: string[] = [];
      let pageToken = '';
      do {
        const query = new URLSearchParams({ prefix, ...(pageToken && { pageToken }) });
        const page = await retrying(
          async () => {
            const response = await http({ method: 'GET', url: `${base(bucket)}?${query}`, signal });
            const list = ListBody.safeParse(response.body);
            return response.status === 200 && list.success
              ? ok(list.data)
              : refused(response, 'objects.list');
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

    /** Succeeds if the object does not exist. @see https://cloud.google.com/storage/docs/json_api/v1/objects/delete */
    async delete(bucket, name, signal) {
      const response = await http({ method: 'DELETE', url: at(bucket, name), signal });
      const isGone = [200, 204, 404].includes(response.status);
      return isGone ? ok(undefined) : refused(response, 'objects.delete');
    },
  };
}
