import { createHash } from 'node:crypto';
import { unauthenticated } from '../../authorization/access-errors.ts';
import { memberIncludes } from '../../authorization/member.ts';
import { ApiError } from '../../core/api-error.ts';
import type { Principal } from '../../core/principal.ts';
import type { Group } from '../../state/group.ts';
import type { State } from '../../state/state.ts';

const idOf = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

/** As long as Google's IDs of groups. */
export const groupId = (email: string): string => idOf(email, 15);

/** `groups/G/memberships/M` */
export const membershipName = (group: Group, member: string): string =>
  `${group.name}/memberships/${idOf(member, 21)}`;

/**
 * The group, if the caller may see it: with an administrator role, or as a member.
 *
 * @throws {ApiError} 403, also for a group that does not exist, as at Google
 * @see https://support.google.com/a/answer/2405986 administrator roles
 */
export function visibleGroup(
  state: State,
  caller: Principal | undefined,
  matches: (group: Group) => boolean,
): Group {
  if (caller === undefined) throw unauthenticated('CREDENTIALS_MISSING');
  const group = [...state.groups.values()].find(matches);
  if (group && (isReader(state, caller) || isIn(state, group, caller))) return group;
  throw denied(group?.name);
}

export const isReader = (state: State, caller: Principal): boolean =>
  state.cloudIdentity.groupReaders.some((reader) => memberIncludes(state, reader, caller));

const isIn = (state: State, { email }: Group, caller: Principal): boolean =>
  memberIncludes(state, `group:${email}`, caller);

export const denied = (name = 'group'): ApiError =>
  new ApiError(
    'PERMISSION_DENIED',
    `Error(2028): Permission denied for resource ${name} (or it may not exist).`,
  );

const TYPES: Readonly<Record<string, string>> = {
  user: 'USER',
  serviceAccount: 'SERVICE_ACCOUNT',
  group: 'GROUP',
};

/** `user:ada@acme.com` in its parts. */
export function keyOf(member: string): { readonly id: string; readonly type: string } {
  const colon = member.indexOf(':');
  const id = member.slice(colon + 1);
  return { id, type: TYPES[member.slice(0, colon)] ?? 'OTHER' };
}

/** The roles of a direct member. Each has MEMBER. */
export const rolesOf = ({ owners, managers }: Group, member: string): string[] => [
  'MEMBER',
  ...(managers.includes(member) ? ['MANAGER'] : []),
  ...(owners.includes(member) ? ['OWNER'] : []),
];
