import { z } from 'zod';
import type { Call } from '../../action.ts';
import { authorize } from '../../iam.ts';
import { numbered } from '../../names.ts';
import { message, parseMessage } from '../../proto.ts';
import { toVersion } from '../../secret-wire.ts';
import {
  checkEtag,
  nextEtag,
  replaceVersion,
  secretName,
  toChange,
  versionToChange,
} from '../../secrets.ts';
import type { Secret, SecretVersion, State } from '../../state.ts';
import { Status } from '../../status.ts';

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
    throw new Status(
      'FAILED_PRECONDITION',
      `Secret Version [${numbered(state, name)}/versions/${version.number}] is in DESTROYED state.`,
    );
  const moved = { ...move(version, secret), etag: nextEtag(state, version.etag) };
  replaceVersion(secret, version, moved);
  return toVersion(state, name, moved);
}
