import { z } from 'zod';
import { unauthenticated } from '../../authorization/access-errors.ts';
import { memberIncludes } from '../../authorization/member.ts';
import { ApiError } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import type { Call } from '../../core/call.ts';
import { pageOf } from '../../core/paging.ts';
import { message, parseMessage } from '../../core/proto-json.ts';
import type { Group } from '../../state/group.ts';
import type { State } from '../../state/state.ts';
import { denied, keyOf, membershipName, rolesOf, visibleGroup } from './group-resource.ts';

const common = { api: 'cloudidentity' } as const;
const WORKSPACE = {
  none: 'the entry is in the audit log of Google Workspace, which an organization may share with Google Cloud',
};

/** @see https://cloud.google.com/identity/docs/reference/rest/v1/groups.memberships */
function toMembership(group: Group, member: string, isFull: boolean): object {
  const { id, type } = keyOf(member);
  return {
    name: membershipName(group, member),
    preferredMemberKey: { id },
    roles: rolesOf(group, member).map((name) => ({ name })),
    ...(isFull && { type }),
  };
}

const groupIn = (state: State, { params, caller }: Call): Group =>
  visibleGroup(state, caller, ({ name }) => name === `groups/${params.group}`);

/** The direct members. @see https://cloud.google.com/identity/docs/reference/rest/v1/groups.memberships/list */
export const listMemberships: ApiMethod = {
  ...common,
  name: 'groups.memberships.list',
  httpMethod: 'GET',
  path: '/v1/groups/{group}/memberships',
  run(state, call) {
    const group = groupIn(state, call);
    const isFull = call.query.get('view') === 'FULL';
    const { page, nextPageToken } = pageOf(group.members.toSorted(), call.query, {
      key: (member) => member,
      descending: false,
      maxSize: isFull ? 500 : 1000,
      defaultSize: isFull ? 50 : 200,
    });
    return {
      ...(page.length > 0 && { memberships: page.map((m) => toMembership(group, m, isFull)) }),
      ...(nextPageToken && { nextPageToken }),
    };
  },
};

/**
 * The direct and the indirect members.
 *
 * @throws {ApiError} 403 when the edition lacks the method
 * @see https://cloud.google.com/identity/docs/reference/rest/v1/groups.memberships/searchTransitiveMemberships
 */
export const searchTransitiveMemberships: ApiMethod = {
  ...common,
  name: 'groups.memberships.searchTransitiveMemberships',
  httpMethod: 'GET',
  path: '/v1/groups/{group}/memberships:searchTransitiveMemberships',
  run(state, call) {
    const group = groupIn(state, call);
    if (!state.cloudIdentity.transitive) {
      throw new ApiError('PERMISSION_DENIED', 'Error(4001): Permission denied.');
    }
    const direct = new Set(group.members);
    const indirect = new Set(indirectMembers(state, group));
    const all = [...new Set([...direct, ...indirect])].sort();
    const { page, nextPageToken } = pageOf(all, call.query, {
      key: (member) => member,
      descending: false,
      maxSize: 1000,
      defaultSize: 200,
    });
    const memberships = page.map((member) => ({
      preferredMemberKey: [{ id: keyOf(member).id }],
      roles: rolesOf(group, member).map((role) => ({ role })),
      relationType: !direct.has(member)
        ? 'INDIRECT'
        : indirect.has(member)
          ? 'DIRECT_AND_INDIRECT'
          : 'DIRECT',
    }));
    return {
      ...(memberships.length > 0 && { memberships }),
      ...(nextPageToken && { nextPageToken }),
    };
  },
};

/** The members of the groups in a group, at any depth. Groups may contain each other. */
function indirectMembers(state: State, group: Group, seen = new Set([group.email])): string[] {
  return group.members.flatMap((member) => {
    const inner = state.groups.get(/^group:(.+)$/.exec(member)?.[1]?.toLowerCase() ?? '');
    if (inner === undefined || seen.has(inner.email)) return [];
    seen.add(inner.email);
    return [...inner.members, ...indirectMembers(state, inner, seen)];
  });
}

const Body = message({
  preferredMemberKey: message({ id: z.string().regex(/^[!-?A-~]+@[!-?A-~]+$/) }),
  roles: z.array(message({ name: z.enum(['MEMBER', 'MANAGER', 'OWNER']) })).min(1),
});

/** Only owners and managers of the group change its members. */
function changeableGroup(state: State, { params, caller }: Call): Group {
  if (caller === undefined) throw unauthenticated('CREDENTIALS_MISSING');
  const name = `groups/${params.group}`;
  const group = [...state.groups.values()].find((one) => one.name === name);
  const { owners = [], managers = [] } = group ?? {};
  const isAllowed = [...owners, ...managers].some((m) => memberIncludes(state, m, caller));
  if (!group || !isAllowed) throw denied(name);
  return group;
}

/** @see https://cloud.google.com/identity/docs/reference/rest/v1/groups.memberships/create */
export const createMembership: ApiMethod = {
  ...common,
  name: 'groups.memberships.create',
  httpMethod: 'POST',
  path: '/v1/groups/{group}/memberships',
  audit: WORKSPACE,
  run(state, call) {
    const group = changeableGroup(state, call);
    const { preferredMemberKey, roles } = parseMessage(Body, call.body);
    const member = memberNamed(state, preferredMemberKey.id.toLowerCase());
    if (group.members.includes(member)) {
      throw new ApiError('ALREADY_EXISTS', 'Error(4003): Cannot create membership: it exists.');
    }
    group.members.push(member);
    if (roles.some(({ name }) => name === 'OWNER')) group.owners.push(member);
    if (roles.some(({ name }) => name === 'MANAGER')) group.managers.push(member);
    const response = toMembership(group, member, true);
    return {
      done: true,
      response: {
        '@type': 'type.googleapis.com/google.apps.cloudidentity.groups.v1.Membership',
        ...response,
      },
    };
  },
};

/** @see https://cloud.google.com/identity/docs/reference/rest/v1/groups.memberships/delete */
export const deleteMembership: ApiMethod = {
  ...common,
  name: 'groups.memberships.delete',
  httpMethod: 'DELETE',
  path: '/v1/groups/{group}/memberships/{membership}',
  audit: WORKSPACE,
  run(state, call) {
    const group = changeableGroup(state, call);
    const name = `${group.name}/memberships/${call.params.membership}`;
    const member = group.members.find((one) => membershipName(group, one) === name);
    if (member === undefined) throw denied(name);
    for (const list of [group.members, group.owners, group.managers]) {
      const at = list.indexOf(member);
      if (at >= 0) list.splice(at, 1);
    }
    return {
      done: true,
      response: { '@type': 'type.googleapis.com/google.protobuf.Empty' },
    };
  },
};

/** An email as IAM writes the member. */
function memberNamed(state: State, email: string): string {
  if (state.groups.has(email)) return `group:${email}`;
  return email.endsWith('.gserviceaccount.com') ? `serviceAccount:${email}` : `user:${email}`;
}
