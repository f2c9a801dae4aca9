import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { Call } from '../../../core/api-method.ts';
import { withProjectNumber } from '../../../core/projects.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import type { Secret, SecretVersion } from '../../../state/secret.ts';
import type { State } from '../../../state/state.ts';
import {
  checkEtag,
  nextEtag,
  replaceVersion,
  secretName,
  toChange,
  versionToChange,
} from '../secret-store.ts';
import { toVersion } from '../secrets/secret-resource.ts';

const Body = message({ name: z.unknown().optional(), etag: z.string().optional() });

/** What enable, disable and destroy have in common: DESTROYED is the end, and the etag is the version's own. */
export function moveVersion(
  state: State,
  { params, body, caller }: Call,
  permission: string,
  move: (version: SecretVersion, secret: Secret) => SecretVersion,
): object {
  const name = secretName(state, params);
  const { etag } = parseMessage(Body, body);
  authorize(state, caller, permission, `${name}/versions/${params.version}`);

  const secret = toChange(state, name);
  const version = versionToChange(state, secret, params.version ?? '');
  checkEtag(etag, version.etag);
  if (version.state === 'DESTROYED')
    throw new ApiError(
      'FAILED_PRECONDITION',
      `Secret Version [${withProjectNumber(state, name)}/versions/${version.number}] is in DESTROYED state.`,
    );
  const moved = { ...move(version, secret), etag: nextEtag(state, version.etag) };
  replaceVersion(secret, version, moved);
  return toVersion(state, name, moved);
}
