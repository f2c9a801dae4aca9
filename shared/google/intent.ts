import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { sha256 } from '../domain/basics/canonical.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import { type Intent, intentOf, type ReadIntent } from '../domain/chain/intent.ts';
import type { Hosts, Http } from './wire/http.ts';

/** A source is asked whether it has changed at most this often. */
const LOOK_EVERY_MS = 60_000;

const READ_TIMEOUT_MS = 15_000;

type Source = {
  readonly generation: () => Promise<string>;
  readonly text: (generation: string) => Promise<string>;
};

const fileSource = (path: string): Source => ({
  generation: async () => String((await stat(path)).mtimeMs),
  text: () => readFile(path, 'utf8'),
});

const ObjectBody = z.object({ generation: z.string() });

/** @see https://cloud.google.com/storage/docs/json_api/v1/objects/get */
function objectSource(bucket: string, object: string, http: Http, hosts: Hosts): Source {
  const url = `${hosts.storage}/storage/v1/b/${bucket}/o/${encodeURIComponent(object)}`;
  return {
    generation: async () => {
      const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
      const { status, body } = await http({ method: 'GET', url, signal });
      if (status !== 200)
        throw new Error(`gs://${bucket}/${object}: Cloud Storage answered ${status}`);
      return ObjectBody.parse(body).generation;
    },
    text: async (generation) => {
      const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
      const media = `${url}?alt=media&generation=${generation}`;
      const { status, text } = await http({ method: 'GET', url: media, signal });
      if (status !== 200)
        throw new Error(`gs://${bucket}/${object}: Cloud Storage answered ${status}`);
      return text;
    },
  };
}

export function sourceOf(chains: string, http: Http, hosts: Hosts): Source {
  const [, bucket, object] = /^gs:\/\/([^/]+)\/(.+)$/.exec(chains) ?? [];
  return bucket && object ? objectSource(bucket, object, http, hosts) : fileSource(chains);
}

/**
 * The chain file, read anew when it has changed. An edition that is faulty, or a source that does not answer, is told to `onTrouble`
 * and the last good edition stays in force: a typing error must not stop the credentials of every workload.
 *
 * @param parse gives the file, or throws with all its faults
 * @throws {Error} while there has never been a good edition
 */
export function intentReader(
  source: Source,
  parse: (text: string) => Promise<ChainFile>,
  onTrouble: (error: Error) => void,
  now: () => Date,
): ReadIntent {
  let kept: Intent | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const look = async (): Promise<Intent> => {
    const generation = await source.generation();
    if (kept?.version.generation === generation) return kept;
    const text = await source.text(generation);
    const version = {
      digest: sha256(text),
      generation,
      writtenAt: null,
      writtenBy: null,
      commit: null,
      sources: [],
    };
    return intentOf(await parse(text), version);
  };

  return async (options) => {
    const age = now().getTime() - lookedAt;
    if (kept && age < LOOK_EVERY_MS && !options?.fresh) return kept;
    lookedAt = now().getTime();
    try {
      kept = await look();
    } catch (error) {
      if (!kept) throw error;
      onTrouble(error as Error);
    }
    return kept;
  };
}
