import { ApiError } from '../../../core/api-error.ts';
import { withProjectNumber } from '../../../core/projects.ts';
import type { Secret, SecretVersion } from '../../../state/secret.ts';
import type { State } from '../../../state/state.ts';
import { currentSecret, findStaleSecret } from '../secret-store.ts';

/** The version that a write names. A write accepts a number only, not `latest` or an alias. */
export function versionToChange(state: State, secret: Secret, version: string): SecretVersion {
  if (!/^\d+$/.test(version))
    throw new ApiError(
      'INVALID_ARGUMENT',
      `Secret Version [${withProjectNumber(state, secret.name)}/versions/${version}] must be named by its number.`,
    );
  return versionByNumber(state, secret, version);
}

/**
 * The version that a read names.
 *
 * @param version a number, an alias, or `latest`: the newest version, in any state
 * @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access
 */
export function findVersion(state: State, name: string, version: string): SecretVersion {
  if (/^\d+$/.test(version)) return versionByNumber(state, currentSecret(state, name), version);
  const secret = findStaleSecret(state, name);
  const newest = secret?.versions.at(-1);
  if (!secret || !newest)
    throw new ApiError(
      'NOT_FOUND',
      `Secret [${withProjectNumber(state, name)}] not found or has no versions.`,
    );
  if (version === 'latest') return newest;
  const number = secret.versionAliases[version];
  if (number === undefined)
    throw new ApiError(
      'NOT_FOUND',
      `Secret [${withProjectNumber(state, name)}] has no alias [${version}].`,
    );
  return versionByNumber(state, secret, String(number));
}

function versionByNumber(state: State, secret: Secret, number: string): SecretVersion {
  // Numbers start at 1, and destroyed versions stay in the list.
  const version = secret.versions[Number(number) - 1];
  if (version) return version;
  throw new ApiError(
    'NOT_FOUND',
    `Secret Version [${withProjectNumber(state, secret.name)}/versions/${number}] not found.`,
  );
}
