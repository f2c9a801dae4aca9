import type { Objects } from '../../../shared/cloud/objects.ts';
import type { ObjectLocation } from '../../../shared/domain/basics/object-location.ts';
import { ok } from '../../../shared/domain/basics/result.ts';
import { PUBLISHED_TYPE, WRITTEN_BY } from '../../../shared/domain/published/header.ts';
import { publishedReader } from '../../../shared/domain/published/read.ts';
import type { Live, PublishedStore } from './store.ts';

/** How many earlier generations are read in search of a good one. */
const EARLIER_AT_MOST = 20;

/**
 * A published file in Cloud Storage.
 *
 * @param writer the name of the account that writes. None if nothing names it
 */
export function objectStore(
  at: ObjectLocation,
  objects: Objects,
  writer: (signal: AbortSignal) => Promise<string | undefined>,
  signal: AbortSignal,
): PublishedStore {
  return {
    place: `gs://${at.bucket}/${at.name}`,
    async read() {
      const live = await objects.live(at, signal);
      if (!live.ok || !live.value) return live.ok ? ok(undefined) : live;
      const { generation } = live.value;
      const content = await objects.download(at, generation, publishedReader, signal);
      return content.ok ? ok<Live>({ published: content.value, generation }) : content;
    },

    async lastGood({ generation: after }) {
      const all = await objects.generations(at, signal);
      if (!all.ok) return undefined;
      const earlier = all.value.filter(({ generation }) => BigInt(generation) < BigInt(after));
      for (const { generation } of earlier.slice(0, EARLIER_AT_MOST)) {
        const content = await objects.download(at, generation, publishedReader, signal);
        if (content.ok && content.value.ok) return content.value.value;
      }
      return undefined;
    },

    async write(text, live) {
      const name = await writer(signal);
      const metadata = name === undefined ? {} : { [WRITTEN_BY]: name };
      const over = { generation: live?.generation ?? '0' };
      const content = { text, type: PUBLISHED_TYPE, metadata };
      const written = await objects.upload(at, content, over, signal);
      return written.ok ? ok(written.value.generation) : written;
    },
  };
}
