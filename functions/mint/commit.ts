import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Secret } from '../../shared/cloud/secrets.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import { currentIn, type Ledger, parseLedger } from '../../shared/domain/rotation/ledger/ledger.ts';
import { requestRotations } from '../../shared/operations/request-rotations.ts';

/** How often we try to write a ledger. After that, a later rotation destroys the version. */
const ATTEMPTS = 3;

/** If a losing version expires this much earlier than the winning one, readers of `latest` need another rotation. */
const MUCH_EARLIER_SECONDS = 300;

/**
 * Writes the ledger under the etag that the rotation has read. This is the commit: a version that no ledger names is left for a later rotation
 * to destroy.
 *
 * If the etag is stale or Google is busy, it reads the secret again. With our version in the ledger, the write succeeded. With another
 * rotation's version, ours lost. Otherwise somebody edited another field, and it tries again under the new etag.
 *
 * @param replaces the current version in the annotations that the rotation has read, believed or not
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
    const current = currentIn(read.annotations);
    if (current === ledger.current) return ok(undefined);
    if (current !== replaces) {
      const winner = parseLedger(read.annotations);
      if (winner && expiresMuchEarlier(ledger, winner)) {
        await requestRotations([chain.name], { cloud, tickTopic }, signal);
      }
      return err({ reason: 'commit-lost', detail: 'another rotation wrote its ledger first' });
    }
  }
  return err(last as Failure);
}

/** Whether our losing version is `latest` and expires much earlier than the winner. */
function expiresMuchEarlier(ours: Ledger, winner: Ledger): boolean {
  const differenceSeconds = (winner.expiresAt.getTime() - ours.expiresAt.getTime()) / 1000;
  return ours.current > winner.current && differenceSeconds > MUCH_EARLIER_SECONDS;
}
