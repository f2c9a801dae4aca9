import type { Objects } from '../../../shared/cloud/objects.ts';
import type { Failure } from '../../../shared/domain/basics/failure.ts';
import type { ObjectLocation } from '../../../shared/domain/basics/object-location.ts';
import { ok, type Result } from '../../../shared/domain/basics/result.ts';
import { compile, remainingPauses } from '../../../shared/domain/published/compile.ts';
import {
  type OperatorPause,
  PUBLISHED_TYPE,
  WRITTEN_BY,
} from '../../../shared/domain/published/header.ts';
import { publishedReader } from '../../../shared/domain/published/read.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import type { OpenedFile } from '../../operator/chain-file.ts';
import { converge } from '../../operator/converge.ts';
import { OPERATOR, OPERATOR_EMAIL } from './deployment.ts';
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
    // The operator may publish or pause at the same time: each attempt reads the pauses again.
    const attempt = async (): Promise<Result<unknown, Failure>> => {
      const before = await publishedBefore(objects, at, signal);
      if (!before.ok) return before;
      const { generation } = before.value;
      const pauses = remainingPauses(file, before.value.pauses, now());
      const text = compile(file, { sources, pauses });
      const metadata = { [WRITTEN_BY]: OPERATOR_EMAIL };
      return objects.upload(at, { text, type: PUBLISHED_TYPE, metadata }, { generation }, signal);
    };
    const written = await converge(attempt, () => false, signal, WIRE);
    if (!written.ok) throw new Stop(3, `the chain file was not published: ${written.error.detail}`);
  };
}

/** The generation to replace, and its pauses if it passes. */
async function publishedBefore(
  objects: Objects,
  at: ObjectLocation,
  signal: AbortSignal,
): Promise<Result<{ generation: string; pauses: readonly OperatorPause[] }, Failure>> {
  const live = await objects.live(at, signal);
  if (!live.ok) return live;
  if (!live.value) return ok({ generation: '0', pauses: [] });
  const { generation } = live.value;
  const read = await objects.download(at, generation, publishedReader, signal);
  return ok({ generation, pauses: read.ok && read.value.ok ? read.value.value.pauses : [] });
}
