import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sha256 } from '../../../shared/domain/basics/canonical.ts';
import type { Failure } from '../../../shared/domain/basics/failure.ts';
import { err, ok } from '../../../shared/domain/basics/result.ts';
import { readPublished } from '../../../shared/domain/published/read.ts';
import type { Live, PublishedStore } from './store.ts';

const failed = (thrown: unknown, done: 'read' | 'written') => {
  const { code = 'unknown error' } = thrown as NodeJS.ErrnoException;
  return err<Failure>({ reason: 'policy-refused', detail: `the file cannot be ${done} (${code})` });
};

/** A published file on disk. Its generation is the SHA-256 of its content. */
export function fileStore(path: string): PublishedStore {
  const read = async () => {
    try {
      const text = await readFile(path, 'utf8');
      return ok<Live>({ published: readPublished(text), generation: sha256(text) });
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      return code === 'ENOENT' ? ok(undefined) : failed(thrown, 'read');
    }
  };
  return {
    place: path,
    read,
    lastGood: async () => undefined,
    async write(text, live) {
      const now = await read();
      if (!now.ok) return now;
      if (now.value?.generation !== live?.generation) {
        return err({ reason: 'etag-stale', detail: 'the file has changed since it was read' });
      }
      const next = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
      try {
        // A rename replaces the file in one step: a reader gets the old content or the new content, and never a part.
        await writeFile(next, text, { flag: 'wx' });
        await rename(next, path);
        return ok(sha256(text));
      } catch (thrown) {
        await rm(next, { force: true });
        return failed(thrown, 'written');
      }
    },
  };
}
