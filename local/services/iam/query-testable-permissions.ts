import { z } from 'zod';
import { KNOWN_PERMISSIONS } from '../../authorization/roles.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { DATA_ACCESS } from '../../core/audited.ts';
import { message, parseMessage } from '../../core/proto-json.ts';

const Body = message({
  fullResourceName: z.string(),
  pageSize: z.int().exactOptional(),
  pageToken: z.string().exactOptional(),
});

/**
 * Every known permission, on one page. The resource is ignored: gcloud builds its name from the host of the API, which here is
 * loopback.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v1/permissions/queryTestablePermissions
 */
export const queryTestablePermissions: ApiMethod = {
  api: 'iam',
  name: 'permissions.queryTestablePermissions',
  httpMethod: 'POST',
  path: '/v1/permissions:queryTestablePermissions',
  audit: DATA_ACCESS,
  run(_state, { body }) {
    parseMessage(Body, body);
    return { permissions: KNOWN_PERMISSIONS.map((name) => ({ name, stage: 'GA' })) };
  },
};
