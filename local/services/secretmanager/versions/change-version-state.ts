import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { Call } from '../../../core/call.ts';
import { withProjectNumber } from '../../../core/projects.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import type { Secret, SecretVersion } from '../../../state/secret.ts';
import type { State } from '../../../state/state.ts';
import { checkEtag, nextEtag } from '../etag.ts';
import { secretName, secretToChange } from '../secret-store.ts';
import { versionToChange } from './find-version.ts';
import { replaceVersion } from './replace-version.ts';
import { toVersion } from './version-resource.ts';

const Body = message({ name: z.unknown().optional(), etag: z.string().optional() });

/**
 * Runs enable, disable or destroy. A destroyed version never changes again. The etag in the request is the version's, not the
 * secret's.
 */
export function changeVersionState(
  state: State,
  { params, body, caller }: Call,
  permission: string,
  change: (version: SecretVersion, secret: Secret) => SecretVersion,
): object {
  const name = secretName(state, params);
  const { etag } = parseMessage(Body, body);
  authorize(state, caller, permission, `${name}/versions/${params.version}`);

  const secret = secretToChange(state, name);
  const version = versionToChange(state, secret, params.version ?? '');
  checkEtag(etag, version.etag);
  if (version.state === 'DESTROYED')
    throw new ApiError(
      'FAILED_PRECONDITION',
      `Secret Version [${withProjectNumber(state, name)}/versions/${version.number}] is in DESTROYED state.`,
    );
  const changed = { ...change(version, secret), etag: nextEtag(state, version.etag) };
  replaceVersion(secret, version, changed);
  return toVersion(state, secret, changed);
}
