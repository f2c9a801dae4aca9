import type { Failure } from '../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { Kind } from '../../shared/domain/chain/chain.ts';
import { recentHeals } from '../../shared/domain/rotation/ledger/recent-heals.ts';
import { type MintRequest, parseMintRequest } from '../../shared/domain/rotation/messages.ts';
import { announce } from './announce.ts';
import { checkCaller, checkRequest, observe, requestedChain } from './checks.ts';
import type { MintContext } from './context.ts';
import { mintProven } from './mint-proven.ts';
import { type FailedMint, reportFailure } from './report-failure.ts';
import { type Stored, store } from './store.ts';

export type Minted = Stored & {
  readonly chain: string;
  readonly kind: Kind;
  readonly secret: string;
  readonly expiresAt: Date;
  readonly unproven: boolean;
  /** The target was deleted and created again since the last rotation. */
  readonly recreated?: true;
  /** Why the ledger before was not believed. */
  readonly doubt?: string;
  /** Why no message about this rotation is on `hopmint-rotated`. */
  readonly unannounced?: Failure;
  readonly correlationId: string;
};

/** One request → a proven credential in a new version of its chain's secret, a new ledger, and older versions destroyed. */
export async function mint(
  data: string,
  context: MintContext,
): Promise<Result<Minted, FailedMint>> {
  const request = parseMintRequest(data);
  if (!request.ok) return request;
  // All deliveries of one chain wait for each other, so that at most one of them rotates.
  const rotated = await context.oneAtATime(request.value.chain, () =>
    rotate(request.value, context),
  );
  if (rotated.ok) {
    context.failedAt.delete(request.value.digest);
    const unannounced = await announce(rotated.value, context);
    return unannounced ? ok({ ...rotated.value, unannounced }) : rotated;
  }
  return err(await reportFailure(rotated.error, request.value, context));
}

async function rotate(
  request: MintRequest,
  context: MintContext,
): Promise<Result<Minted, Failure>> {
  const requested = await requestedChain(request, context.readIntent);
  if (!requested.ok) return requested;
  const { intent, chain } = requested.value;
  const runnable = checkRequest(request, chain, intent, context);
  if (!runnable.ok) return runnable;
  const caller = await checkCaller(intent, context);
  if (!caller.ok) return caller;

  const observed = await observe(request, chain, context);
  if (!observed.ok) return observed;
  const { ledger: before, doubt } = observed.value;

  // A changed definition may have another target, so a target ID found under the old definition does not count.
  const knownId = before?.digest === request.digest ? before.targetId : undefined;
  const minted = await mintProven(chain, knownId, context);
  if (!minted.ok) return minted;
  const { credential, targetId, unproven, recreated } = minted.value;

  const healedAt = [...(before?.healedAt ?? []), ...(request.healedAt ?? [])];
  const stored = await store(
    {
      chain,
      observed: observed.value,
      isForced: request.forcedAt !== undefined,
      credential,
      after: {
        chain: chain.name,
        kind: chain.credential.kind,
        digest: request.digest,
        ...(targetId !== undefined && { targetId }),
        ...(credential.keyId !== undefined && { keyId: credential.keyId }),
        mintedAt: credential.mintedAt,
        expiresAt: credential.expiresAt,
        unproven,
        healedAt: recentHeals(healedAt, credential.mintedAt),
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
    expiresAt: credential.expiresAt,
    unproven,
    ...(recreated && { recreated }),
    ...(doubt !== undefined && { doubt }),
    correlationId: request.correlationId,
  });
}
