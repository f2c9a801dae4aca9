import type { Secret } from '../shared/cloud.ts';
import type { Chain } from '../shared/domain/chain.ts';
import type { Credential } from '../shared/domain/credential.ts';
import type { Failure } from '../shared/domain/failure.ts';
import { type Ledger, versionsToDestroy, watermarksOf } from '../shared/domain/ledger.ts';
import { payloadOf } from '../shared/domain/payload.ts';
import { err, ok, type Result } from '../shared/domain/result.ts';
import { askForAnother, commit } from './commit.ts';
import type { MintContext } from './mint.ts';

/** An instance that was frozen in between must not publish an old credential. */
const MINTED_AT_MOST_SECONDS_AGO = 30;

/** An addVersion that takes longer than any call may was overtaken by a freeze. */
const STORED_AT_MOST_SECONDS_AFTER = 60;

/** What stands before a rotation, and what is to stand after it but for the numbers of versions. */
export type Rotation = {
  readonly chain: Chain;
  readonly secret: Secret;
  readonly before: Ledger | undefined;
  readonly replaces: number;
  readonly credential: Credential;
  readonly after: Omit<Ledger, 'current' | 'previous' | 'destroyedThrough'>;
};

/** A proven credential becomes a version, what is old is destroyed, and the ledger written. */
export async function store(
  rotation: Rotation,
  context: MintContext,
): Promise<Result<{ version: number; destroyed: readonly number[] }, Failure>> {
  const { chain, credential } = rotation;
  const ageSeconds = () => (context.now().getTime() - credential.mintedAt.getTime()) / 1000;
  const age = ageSeconds();
  if (age > MINTED_AT_MOST_SECONDS_AGO) {
    return err({
      reason: 'mint-stale',
      detail: `minted ${Math.round(age)} s ago, and discarded`,
    });
  }
  const stored = await addAndCommit(rotation, context);
  // No look at the clock is close enough to the call: what was frozen in between may now be `latest`, and old.
  const isLate = ageSeconds() > age + STORED_AT_MOST_SECONDS_AFTER;
  if (isLate && !stored.ok && stored.error.reason !== 'commit-lost') {
    await askForAnother(chain, context, context.toTell());
  }
  return stored;
}

async function addAndCommit(
  { chain, secret, before, replaces, credential, after }: Rotation,
  context: MintContext,
): ReturnType<typeof store> {
  const payload = payloadOf(chain, credential);
  const added = await context.cloud.secrets.addVersion(chain.secret, payload, context.signal);
  if (!added.ok) return added;
  const destroyed = await destroy(chain.secret, versionsToDestroy(before), context);
  const ledger: Ledger = { ...after, ...watermarksOf(before, added.value, destroyed) };
  const committed = await commit(secret, ledger, replaces, chain, context);
  return committed.ok ? ok({ version: added.value, destroyed }) : committed;
}

/** Destroys in order, and stops at the first that fails: a watermark has no holes, and a later rotation goes on from it. */
async function destroy(
  secret: string,
  versions: readonly number[],
  { cloud, signal }: MintContext,
): Promise<number[]> {
  const destroyed: number[] = [];
  for (const version of versions) {
    const done = await cloud.secrets.destroyVersion(secret, version, signal);
    if (!done.ok) break;
    destroyed.push(version);
  }
  return destroyed;
}
