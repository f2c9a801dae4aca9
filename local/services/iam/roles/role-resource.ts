import { createHash } from 'node:crypto';
import type { Role } from '../../../state/role.ts';

/** A role as Google answers it: ALPHA is the stage that is left out. */
export function toRole(role: Role, view: 'BASIC' | 'FULL'): object {
  const { includedPermissions, stage, ...rest } = role;
  return {
    etag: etagOf(role),
    ...rest,
    ...(stage !== undefined && stage !== 'ALPHA' && { stage }),
    ...(view === 'FULL' && includedPermissions.length > 0 && { includedPermissions }),
  };
}

/** Of what the role says, so that it changes with it. */
export const etagOf = (role: Role): string =>
  role.etag ??
  createHash('sha1').update(JSON.stringify(role)).digest().subarray(0, 8).toString('base64');
