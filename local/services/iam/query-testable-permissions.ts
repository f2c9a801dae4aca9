import { z } from 'zod';
import { PERMISSIONS } from '../../authorization/roles.ts';
import type { Action } from '../../core/action.ts';
import { message, parseMessage } from '../../core/proto.ts';

const Body = message({
  fullResourceName: z.string(),
  pageSize: z.int().exactOptional(),
  pageToken: z.string().exactOptional(),
});

/**
 * All that the role data tells of, on one page. The resource is not looked at: gcloud builds its name from the host that it was told to use.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v1/permissions/queryTestablePermissions
 */
export const queryTestablePermissions: Action = {
  api: 'iam',
  method: 'permissions.queryTestablePermissions',
  verb: 'POST',
  path: '/v1/permissions:queryTestablePermissions',
  run(_state, { body }) {
    parseMessage(Body, body);
    return { permissions: PERMISSIONS.map((name) => ({ name, stage: 'GA' })) };
  },
};
