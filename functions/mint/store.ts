import type { Failure } from '../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { Chain } from '../../shared/domain/chain/chain.ts';
import type { Credential } from '../../shared/domain/chain/credential.ts';
import { STORED_WITHIN_SECONDS } from '../../shared/domain/rotation/ledger/belief.ts';
import { currentIn, type Ledger } from '../../shared/domain/rotation/ledger/ledger.ts';
import { planVersions } from '../../shared/domain/rotation/ledger/old-versions.ts';
import { payloadOf } from '../../shared/domain/rotation/payload.ts';
import { requestRotations } from '../../shared/operations/request-rotations.ts';
import type { Observed } from './checks.ts';
import { commit } from './commit.ts';
import type { MintContext } from './context.ts';

/** A rotation between mint and store. `after` is the new ledger without the version numbers. */
export type Rotation = {
  readonly chain: Chain;
  readonly observed: Observed;
  /** A forced rotation does not request another one. Otherwise they could go on for ever. */
  readonly isForced: boolean;
  readonly credential: Credential;
  readonly after: Omit<Ledger, 'current' | 'previous' | 'first' | 'leftover'>;
};

export type Stored = {
  readonly version: number;
  readonly destroyed: readonly number[];
  /** Why an old version could not be destroyed. It costs money until a later rotation destroys it. */
  readonly undestroyed?: Failure;
};

/** Adds a version with the credential, writes the ledger, and then destroys older versions. */
export async function store(
  rotation: Rotation,
  context: MintContext,
): Promise<Result<Stored, Failure>> {
  const { chain, credential } = rotation;
  const ageSeconds = (context.now().getTime() - credential.mintedAt.getTime()) / 1000;
  // Cloud Run may freeze an instance between mint and store.
  if (ageSeconds > STORED_WITHIN_SECONDS) {
    return err({
      reason: 'mint-stale',
      detail: `minted ${Math.round(ageSeconds)} s ago and discarded`,
    });
  }
  const payload = payloadOf(chain, credential);
  const added = await context.cloud.secrets.addVersion(chain.secret, payload, context.signal);
  const stored = added.ok ? await commitAndDestroy(added.value, rotation, context) : added;
  if (stored.ok || stored.error.reason === 'commit-lost' || rotation.isForced) return stored;
  // A call without an answer may have added the version.
  const mayBeLatest = added.ok || added.error.status === undefined;
  if (mayBeLatest && !lastsUntilNext(credential, chain, context.now())) {
    const requested = await requestRotations([chain.name], context, context.reportDeadline());
    if (!requested.ok) {
      const { reason, detail } = requested.error;
      const both = `${stored.error.detail}; another rotation could not be requested: ${reason}, ${detail}`;
      return err({ ...stored.error, detail: both });
    }
  }
  return stored;
}

/**
 * Whether a credential lasts until the next rotation. A version that no ledger names may be `latest` until then. It may end earlier because
 * Google gave a shorter lifetime, or because the instance was frozen after the age check.
 */
function lastsUntilNext({ expiresAt }: Credential, chain: Chain, now: Date): boolean {
  const { rotateEverySeconds, retryWindowSeconds, minValiditySeconds } = chain;
  const lastsSeconds = (expiresAt.getTime() - now.getTime()) / 1000;
  return lastsSeconds >= rotateEverySeconds + retryWindowSeconds + minValiditySeconds;
}

async function commitAndDestroy(
  added: number,
  { chain, observed, after }: Rotation,
  context: MintContext,
): ReturnType<typeof store> {
  const { secret, versions, ledger: before } = observed;
  const { destroy: old, ...numbers } = planVersions({
    before,
    versions,
    added,
    aliases: secret.versionAliases,
    rotateEverySeconds: chain.rotateEverySeconds,
    now: context.now(),
  });
  const replaces = currentIn(secret.annotations);
  const committed = await commit(secret, { ...after, ...numbers }, replaces, chain, context);
  if (!committed.ok) return committed;
  return ok({ version: added, ...(await destroy(chain.secret, old, context)) });
}

/** Destroys versions in order and stops at the first failure. A later rotation finds the others in the list of versions. */
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
