import type { Secret } from '../../shared/cloud/secrets.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import type { Credential } from '../../shared/domain/chain/credential.ts';
import {
  type Ledger,
  versionsToDestroy,
  watermarksOf,
} from '../../shared/domain/rotation/ledger.ts';
import { payloadOf } from '../../shared/domain/rotation/payload.ts';
import { askForAnother, commit } from './commit.ts';
import type { MintContext } from './context.ts';

/** An instance that was frozen in between must not publish an old credential. */
const MINTED_AT_MOST_SECONDS_AGO = 30;

/** What stands before a rotation, and what is to stand after it but for the numbers of versions. */
export type Rotation = {
  readonly chain: Chain;
  readonly secret: Secret;
  readonly before: Ledger | undefined;
  readonly replaces: number;
  /** Asked for by name: it does not ask for another, lest they go on for ever. */
  readonly isForced: boolean;
  readonly credential: Credential;
  readonly after: Omit<Ledger, 'current' | 'previous' | 'destroyedThrough'>;
};

export type Stored = {
  readonly version: number;
  readonly destroyed: readonly number[];
  /** Why the next older version was not destroyed: it costs money until a later rotation does. */
  readonly undestroyed?: Failure;
};

/** A proven credential becomes a version, what is old is destroyed, and the ledger written. */
export async function store(
  rotation: Rotation,
  context: MintContext,
): Promise<Result<Stored, Failure>> {
  const { chain, credential } = rotation;
  const ageSeconds = (context.now().getTime() - credential.mintedAt.getTime()) / 1000;
  if (ageSeconds > MINTED_AT_MOST_SECONDS_AGO) {
    return err({
      reason: 'mint-stale',
      detail: `minted ${Math.round(ageSeconds)} s ago, and discarded`,
    });
  }
  const payload = payloadOf(chain, credential);
  const added = await context.cloud.secrets.addVersion(chain.secret, payload, context.signal);
  const stored = added.ok ? await settle(added.value, rotation, context) : added;
  if (stored.ok || stored.error.reason === 'commit-lost' || rotation.isForced) return stored;
  // Without an answer it may be there all the same.
  const mayBeLatest = added.ok || added.error.status === undefined;
  if (mayBeLatest && !lastsToNext(credential, chain, context.now())) {
    const asked = await askForAnother(chain, context, context.reportDeadline());
    if (!asked.ok) {
      const { reason, detail } = asked.error;
      const told = `${stored.error.detail}; nor could another rotation be asked for: ${reason}, ${detail}`;
      return err({ ...stored.error, detail: told });
    }
  }
  return stored;
}

/**
 * What no ledger names may be `latest` until the next rotation. A shorter life than was asked for is one way not to last so long; another is
 * to have been frozen after the last look at the clock, which is never close enough to the call.
 */
function lastsToNext({ expiresAt }: Credential, chain: Chain, now: Date): boolean {
  const { rotateEverySeconds, retryWindowSeconds, minValiditySeconds } = chain;
  const lastsSeconds = (expiresAt.getTime() - now.getTime()) / 1000;
  return lastsSeconds >= rotateEverySeconds + retryWindowSeconds + minValiditySeconds;
}

async function settle(
  version: number,
  { chain, secret, before, replaces, after }: Rotation,
  context: MintContext,
): ReturnType<typeof store> {
  const gone = await destroy(chain.secret, versionsToDestroy(before), context);
  const ledger: Ledger = { ...after, ...watermarksOf(before, version, gone.destroyed) };
  const committed = await commit(secret, ledger, replaces, chain, context);
  return committed.ok ? ok({ version, ...gone }) : committed;
}

/** Destroys in order, and stops at the first that fails: a watermark has no holes, and a later rotation goes on from it. */
async function destroy(
  secret: string,
  versions: readonly number[],
  { cloud, signal }: MintContext,
): Promise<Pick<Stored, 'destroyed' | 'undestroyed'>> {
  const destroyed: number[] = [];
  for (const version of versions) {
    const done = await cloud.secrets.destroyVersion(secret, version, signal);
    if (!done.ok) return { destroyed, undestroyed: done.error };
    destroyed.push(version);
  }
  return { destroyed };
}
