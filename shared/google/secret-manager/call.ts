import type { protos, SecretManagerServiceClient } from '@google-cloud/secret-manager';
import type { Failure } from '../../domain/basics/failure.ts';
import { err, ok, type Result } from '../../domain/basics/result.ts';
import { errorCodeOf, failureOf, type Refusals } from '../wire/failures.ts';
import { type CallOptions, callOnce, toHttpResponse } from '../wire/generated-clients.ts';
import type { Hosts, Identity } from '../wire/http.ts';
import { REST } from '../wire/transport.ts';
import type { Wire } from '../wire/wire.ts';

/**
 * The most items of one list call. A project can rotate 3,780 secrets, so a tick costs two calls for a full project. Google accepts 25,000. But
 * a secret may have 16 KiB of annotations, and Google's client reads a page in one step: a page of 4,000 such secrets, with 64 MB, took 100 ms
 * of CPU (`npm run bench -- --only longest-step`).
 */
export const PAGE_SIZE = 2_500;

/** One call to Secret Manager, without a retry. */
export type Call = <T>(
  operation: string,
  signal: AbortSignal,
  run: (client: SecretManagerServiceClient, options: CallOptions) => Promise<T>,
  timeoutMs?: number,
) => Promise<Result<T, Failure>>;

const refusals = (operation: string): Refusals => ({
  operation,
  denied: 'secret-denied',
  missing: 'secret-missing',
  refused: 'secret-refused',
});

/** Loads Google's client at the first call, to keep cold starts short. */
export function callOf(identity: Identity, hosts: Hosts, wire: Wire): Call {
  let loaded: Promise<SecretManagerServiceClient> | undefined;
  const load = async () => {
    const { default: secretManager } = await import('@google-cloud/secret-manager');
    return new secretManager.SecretManagerServiceClient({
      ...(wire.transport ?? REST).options(hosts.secretmanager),
      authClient: await identity(),
    });
  };

  return async (operation, signal, run, timeoutMs = wire.callTimeoutMs) => {
    loaded ??= load();
    try {
      const client = await loaded;
      return ok(
        await callOnce((options) => run(client, options), signal, timeoutMs, wire.transport),
      );
    } catch (error) {
      if (signal.aborted)
        return err({ reason: 'deadline', detail: `${operation}: the deadline has passed` });
      const response = toHttpResponse(error);
      const failure = failureOf(response, refusals(operation));
      const code = errorCodeOf(response.body);
      return err(
        code === 'FAILED_PRECONDITION' || code === 'ABORTED'
          ? { ...failure, reason: 'etag-stale' }
          : failure,
      );
    }
  };
}

/** The last part of a resource name. */
export const idOf = (name: string | null | undefined): string =>
  name ? name.slice(name.lastIndexOf('/') + 1) : '';

export const toDate = ({ seconds, nanos }: protos.google.protobuf.ITimestamp): Date =>
  new Date(Number(seconds ?? 0) * 1000 + Number(nanos ?? 0) / 1e6);
