import type { Failure } from '../../../shared/domain/basics/failure.ts';
import type { ObjectLocation } from '../../../shared/domain/basics/object-location.ts';
import type { Result } from '../../../shared/domain/basics/result.ts';
import { compile, remainingPauses } from '../../../shared/domain/published/compile.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import type { OpenedFile } from '../../operator/chain-file.ts';
import { converge } from '../../operator/converge.ts';
import { objectStore } from '../../operator/published/object.ts';
import { inForce } from '../../operator/published/store.ts';
import { OPERATOR, OPERATOR_EMAIL } from './deployed/deployment.ts';
import type { LocalClient } from './local-client.ts';
import { Stop } from './stop.ts';

const TIMEOUT_MS = 60_000;

/** Writes the published form of the chain file into the bucket, as a deployment does, and keeps the pauses of operators. */
export async function publisherTo(
  cloud: LocalClient,
  at: ObjectLocation,
  now: () => Date,
): Promise<(opened: Pick<OpenedFile, 'file' | 'sources'>) => Promise<void>> {
  const [{ googleCloud }, { hostsOf }, { accessTokenFrom }] = await Promise.all([
    import('../../../shared/google/cloud.ts'),
    import('../../../shared/google/wire/http.ts'),
    import('../../../shared/google/wire/identity.ts'),
  ]);
  const self = accessTokenFrom(() => cloud.token(OPERATOR));
  const { objects } = googleCloud(hostsOf(cloud.url), now, self);
  return async ({ file, sources }) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const store = objectStore(at, objects, async () => OPERATOR_EMAIL, signal);
    // The operator may publish or pause at the same time: each attempt reads the pauses again.
    const attempt = async (): Promise<Result<string, Failure>> => {
      const live = await store.read();
      if (!live.ok) return live;
      const before = live.value && (await inForce(live.value, store));
      const pauses = remainingPauses(file, before?.pauses ?? [], now());
      return store.write(compile(file, { sources, pauses }), live.value);
    };
    const written = await converge(attempt, () => false, signal, WIRE);
    if (!written.ok) throw new Stop(3, `the chain file was not published: ${written.error.detail}`);
  };
}
