import { z } from 'zod';
import { predefinedRole, predefinedRoleNames } from '../../../authorization/roles.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { DATA_ACCESS } from '../../../core/audited.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import { pageOfRoles } from './role-resource.ts';

const Body = message({
  fullResourceName: z.string(),
  view: z.enum(['BASIC', 'FULL']).default('BASIC'),
  pageSize: z.int().min(0).max(2000).default(0),
  pageToken: z.string().default(''),
});

/** What the permissions on a resource begin with, by its kind. On a container every role can be granted. */
const PREFIXES: readonly (readonly [resource: RegExp, permissions: RegExp])[] = [
  [/\/serviceAccounts\/[^/]+$/, /^iam\.serviceAccount/],
  [/\/secrets\/[^/]+$/, /^secretmanager\./],
  [/\/topics\/[^/]+$/, /^pubsub\.topics\./],
  [/\/subscriptions\/[^/]+$/, /^pubsub\.subscriptions\./],
  [/\/buckets\/[^/]+$/, /^storage\.(buckets|objects)\./],
];

/** Google's predefined roles with a permission on the resource. @see https://cloud.google.com/iam/docs/reference/rest/v1/roles/queryGrantableRoles */
export const queryGrantableRoles: ApiMethod = {
  api: 'iam',
  name: 'roles.queryGrantableRoles',
  httpMethod: 'POST',
  path: '/v1/roles:queryGrantableRoles',
  audit: DATA_ACCESS,
  run(_state, { body }) {
    const { fullResourceName, view, pageSize, pageToken } = parseMessage(Body, body);
    const prefix = PREFIXES.find(([resource]) => resource.test(fullResourceName))?.[1] ?? /^/;
    const roles = predefinedRoleNames()
      .flatMap((name) => predefinedRole(name) ?? [])
      .filter(({ includedPermissions }) => includedPermissions.some((p) => prefix.test(p)));
    const query = new URLSearchParams({ view, pageSize: String(pageSize || 300), pageToken });
    return pageOfRoles(roles, query);
  },
};
