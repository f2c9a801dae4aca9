import { createHash } from 'node:crypto';
import { pageOf } from '../../../core/paging.ts';
import type { Role } from '../../../state/role.ts';

/** Google's responses leave out the stage when it is ALPHA. */
export function toRole(role: Role, view: 'BASIC' | 'FULL'): object {
  const { includedPermissions, stage, ...rest } = role;
  return {
    etag: etagOf(role),
    ...rest,
    ...(stage !== undefined && stage !== 'ALPHA' && { stage }),
    ...(view === 'FULL' && includedPermissions.length > 0 && { includedPermissions }),
  };
}

export function pageOfRoles(roles: readonly Role[], query: URLSearchParams): object {
  const { page, nextPageToken } = pageOf(roles, query, {
    key: ({ name }) => name,
    descending: false,
    maxSize: 1000,
    defaultSize: 300,
  });
  const view = ['FULL', '1'].includes(query.get('view') ?? '') ? 'FULL' : 'BASIC';
  return {
    ...(page.length > 0 && { roles: page.map((role) => toRole(role, view)) }),
    ...(nextPageToken && { nextPageToken }),
  };
}

/** A hash of the role's content, so a change of the role changes its etag. */
export const etagOf = (role: Role): string =>
  role.etag ??
  createHash('sha1').update(JSON.stringify(role)).digest().subarray(0, 8).toString('base64');
