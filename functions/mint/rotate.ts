import type { Failure } from '../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { Kind } from '../../shared/domain/chain/chain.ts';
import { parseLedger } from '../../shared/domain/rotation/ledger.ts';
import { type MintRequest, parseMintRequest } from '../../shared/domain/rotation/messages.ts';
import { prove } from '../../shared/operations/prove.ts';
import {
  checkCaller,
  checkRequest,
  ownLedger,
  requestedChain,
  versionToReplace,
} from './checks.ts';
import type { MintContext } from './context.ts';
import { type FailedMint, reportFailure } from './report-failure.ts';
import { type Stored, store } from './store.ts';

export type Minted = Stored & {
  readonly chain: string;
  readonly kind: Kind;
  readonly secret: string;
  readonly expiresAt: Date;
  readonly unproven: boolean;
  readonly correlationId: string;
};

/** One request → a proven credential in a new version of its chain's secret, a new ledger, and older versions destroyed. */
export async function mint(
  data: string,
  context: MintContext,
): Promise<Result<Minted, FailedMint>> {
  const request = parseMintRequest(data);
  if (!request.ok) return request;
  const rotated = await rotate(request.value, context);
  if (rotated.ok) {
    context.failedAt.delete(request.value.digest);
    return rotated;
  }
  return err(await reportFailure(rotated.error, request.value, context));
}

async function rotate(
  request: MintRequest,
  context: MintContext,
): Promise<Result<Minted, Failure>> {
  const { cloud, now, signal } = context;
  const requested = await requestedChain(request, context.readIntent);
  if (!requested.ok) return requested;
  const { intent, chain } = requested.value;
  const runnable = checkRequest(request, chain, intent, context);
  if (!runnable.ok) return runnable;
  const caller = await checkCaller(intent, context);
  if (!caller.ok) return caller;

  // Retry a read that is older than the request. It would look like the work of another rotation, and the request would be dropped.
  const secret = await cloud.secrets.secret(
    chain.secret,
    signal,
    ({ annotations }) => (parseLedger(annotations)?.current ?? 0) >= request.replaces,
  );
  if (!secret.ok) return secret;
  const ledger = ownLedger(secret.value, chain);
  if (!ledger.ok) return ledger;
  const before = ledger.value;
  const replaces = versionToReplace(request, before);
  if (!replaces.ok) return replaces;

  const credential = await cloud.credentials.mint(chain, now, signal);
  if (!credential.ok) return credential;
  // A changed definition may have another target, so a target ID found under the old definition does not count.
  const knownId = before?.digest === request.digest ? before.targetId : undefined;
  const targetId = chain.target.uniqueId ?? knownId;
  const proven = await prove(chain, credential.value, targetId, cloud.credentials, now, signal);
  if (!proven.ok) return proven;

  const unproven = proven.value === 'unproven';
  const provenId = proven.value === 'unproven' ? targetId : proven.value.targetId;
  const stored = await store(
    {
      chain,
      secret: secret.value,
      before,
      replaces: replaces.value,
      isForced: request.forced,
      credential: credential.value,
      after: {
        chain: chain.name,
        kind: chain.credential.kind,
        digest: request.digest,
        ...(provenId !== undefined && { targetId: provenId }),
        mintedAt: credential.value.mintedAt,
        expiresAt: credential.value.expiresAt,
        unproven,
        tick: request.correlationId,
      },
    },
    context,
  );
  if (!stored.ok) return stored;
  return ok({
    chain: chain.name,
    kind: chain.credential.kind,
    secret: chain.secret,
    ...stored.value,
    expiresAt: credential.value.expiresAt,
    unproven,
    correlationId: request.correlationId,
  });
}
