import type { Objects } from '../../../shared/cloud/objects.ts';
import type { ObjectLocation } from '../../../shared/domain/basics/object-location.ts';
import { compile } from '../../../shared/domain/published/compile.ts';
import { PUBLISHED_TYPE, WRITTEN_BY } from '../../../shared/domain/published/header.ts';
import { publishedReader } from '../../../shared/domain/published/read.ts';
import type { OpenedFile } from '../../operator/chain-file.ts';
import { OPERATOR } from './deployment.ts';
import type { LocalClient } from './local-client.ts';
import { Stop } from './stop.ts';

const TIMEOUT_MS = 60_000;

/** Writes the published form of the chain file into the bucket, as a deployment does, and keeps the pauses of operators. */
export async function publisherTo(
  cloud: LocalClient,
  at: ObjectLocation,
  now: () => Date,
): Promise<(opened: OpenedFile) => Promise<void>> {
  const [{ googleCloud }, { hostsOf }, { accessTokenFrom }] = await Promise.all([
    import('../../../shared/google/cloud.ts'),
    import('../../../shared/google/wire/http.ts'),
    import('../../../shared/google/wire/identity.ts'),
  ]);
  const self = accessTokenFrom(() => cloud.token(OPERATOR));
  const { objects } = googleCloud(hostsOf(cloud.url), now, self);
  return async ({ file, sources }) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const before = await publishedBefore(objects, at, signal);
    const pauses = before.pauses.filter(
      ({ chain, until }) => until > now() && file.chains.some(({ name }) => name === chain),
    );
    const written = await objects.upload(
      at,
      {
        text: compile(file, { sources, pauses }),
        type: PUBLISHED_TYPE,
        metadata: { [WRITTEN_BY]: OPERATOR },
      },
      { generation: before.generation },
      signal,
    );
    if (!written.ok) throw new Stop(3, `the chain file was not published: ${written.error.detail}`);
  };
}

/** The generation to replace, and its pauses if it passes. */
async function publishedBefore(objects: Objects, at: ObjectLocation, signal: AbortSignal) {
  const live = await objects.live(at, signal);
  if (!live.ok) throw new Stop(3, `the published chain file cannot be read: ${live.error.detail}`);
  if (!live.value) return { generation: '0', pauses: [] };
  const { generation } = live.value;
  const read = await objects.download(at, generation, publishedReader, signal);
  return { generation, pauses: read.ok && read.value.ok ? read.value.value.pauses : [] };
}
