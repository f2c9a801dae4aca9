import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Secret } from '../../shared/cloud/secrets.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import { type Ledger, parseLedger } from '../../shared/domain/rotation/ledger.ts';

/** How often a ledger is written before the version is left to a later rotation to destroy. */
const ATTEMPTS = 3;

/** A winner that runs out this much earlier than the newest version is worth another rotation. */
const MUCH_EARLIER_SECONDS = 300;

/**
 * Writes the ledger under the etag that the rotation began with. This is the commit: a version that no ledger names is a leftover.
 *
 * Whatever the answer, the secret itself says what came of it: our ledger stands there, or another rotation's, or somebody edited
 * something else and it is to be tried again under the new etag.
 *
 * @param replaces the version that the rotation set out to replace
 */
export async function commit(
  secret: Secret,
  ledger: Ledger,
  replaces: number,
  chain: Chain,
  {
    cloud,
    tickTopic,
    signal,
  }: { readonly cloud: Cloud; readonly tickTopic: string; readonly signal: AbortSignal },
): Promise<Result<void, Failure>> {
  let read = secret;
  let last: Failure | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const written = await cloud.secrets.commit(read, ledger, signal);
    if (written.ok) return written;
    last = written.error;
    if (last.reason !== 'etag-stale' && last.reason !== 'cloud-busy') return written;
    const refused = last.reason === 'etag-stale' ? read.etag : undefined;
    const again = await cloud.secrets.secret(chain.secret, signal, ({ etag }) => etag !== refused);
    if (!again.ok) return again;
    read = again.value;
    const stands = parseLedger(read.annotations);
    if (stands?.current === ledger.current) return ok(undefined);
    if ((stands?.current ?? 0) !== replaces) {
      if (stands && isMuchEarlier(ledger, stands)) {
        await askForAnother(chain, { cloud, tickTopic }, signal);
      }
      return err({ reason: 'commit-lost', detail: 'another rotation was first' });
    }
  }
  return err(last as Failure);
}

/** `latest` is our version, which lost: when it runs out much earlier than the ledger says, readers of `latest` need a newer one. */
function isMuchEarlier(ours: Ledger, stands: Ledger): boolean {
  const bySeconds = (stands.expiresAt.getTime() - ours.expiresAt.getTime()) / 1000;
  return ours.current > stands.current && bySeconds > MUCH_EARLIER_SECONDS;
}

/** Rotates a chain at the next chance, due or not. */
export async function askForAnother(
  chain: Chain,
  { cloud, tickTopic }: { readonly cloud: Pick<Cloud, 'topics'>; readonly tickTopic: string },
  signal: AbortSignal,
): ReturnType<Cloud['topics']['publish']> {
  const message = { only: [chain.name], force: true };
  return cloud.topics.publish(tickTopic, [{ message }], signal);
}
