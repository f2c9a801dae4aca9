import { dispositionOf, type Failure } from '../../shared/domain/basics/failure.ts';
import type { FailedMessage, MintRequest } from '../../shared/domain/rotation/messages.ts';
import type { MintContext } from './context.ts';

/** A failed mint request. `unpublished`: why the failure could not be published to `hopmint-failed`. */
export type FailedMint = Partial<FailedMessage> & Failure & { readonly unpublished?: Failure };

/** Publishes a failure to `hopmint-failed`, where `audit` finds its cause. Failures with disposition `drop` are not published. */
export async function reportFailure(
  failure: Failure,
  request: MintRequest,
  { cloud, failedTopic, failedAt, now, reportDeadline }: MintContext,
): Promise<FailedMint> {
  const disposition = dispositionOf(failure.reason);
  const { chain, correlationId } = request;
  const message: FailedMessage = {
    ...failure,
    chain,
    disposition,
    correlationId,
    at: now().toISOString(),
  };
  if (disposition === 'drop') return message;
  if (disposition === 'fail') failedAt.set(request.digest, now());
  const published = await cloud.topics.publish(failedTopic, [{ message }], reportDeadline());
  return published.ok ? message : { ...message, unpublished: published.error };
}
