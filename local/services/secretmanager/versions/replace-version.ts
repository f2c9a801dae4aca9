import type { Secret, SecretVersion } from '../../../state/secret.ts';
import type { State } from '../../../state/state.ts';
import { nextEtag } from '../etag.ts';

/** Puts `next` into the secret in place of `previous`. Versions are immutable: earlier copies of the secret share them. */
export function replaceVersion(secret: Secret, previous: SecretVersion, next: SecretVersion): void {
  secret.versions[secret.versions.indexOf(previous)] = next;
}

export function destroyedVersion(
  state: State,
  { data: _, scheduledDestroyTime: __, ...version }: SecretVersion,
  destroyTime: Date,
): SecretVersion {
  const etag = nextEtag(state, version.etag);
  return { ...version, state: 'DESTROYED', destroyTime: destroyTime.toISOString(), etag };
}
