import type { Failure } from '../../shared/domain/basics/failure.ts';
import type { RotatedMessage } from '../../shared/domain/rotation/messages.ts';
import type { MintContext } from './context.ts';

/** The rotation that a message announces. */
export type Rotated = Omit<RotatedMessage, 'expiresAt'> & { readonly expiresAt: Date };

/**
 * Publishes to `hopmint-rotated` that a rotation was committed, if the installation has this topic. Consumers refresh by expiry too, so a lost
 * message is not published again.
 *
 * @returns why the message could not be published
 */
export async function announce(
  { chain, secret, version, kind, expiresAt }: Rotated,
  { cloud, rotatedTopic, reportDeadline }: MintContext,
): Promise<Failure | undefined> {
  if (rotatedTopic === undefined) return undefined;
  const message: RotatedMessage = {
    chain,
    secret,
    version,
    kind,
    expiresAt: expiresAt.toISOString(),
  };
  const envelope = { message, attributes: { chain, kind } };
  const published = await cloud.topics.publishOnce(rotatedTopic, envelope, reportDeadline());
  return published.ok ? undefined : published.error;
}
