import { z } from 'zod';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { fieldMask, message, parseMessage } from '../../../core/proto-json.ts';
import { accountAudit } from '../audit.ts';
import { accountFor, toServiceAccount } from './service-account-resource.ts';

const Body = message({
  serviceAccount: message({
    displayName: z.string().max(100).default(''),
    description: z.string().max(256).default(''),
    name: z.string().exactOptional(),
    etag: z.string().exactOptional(),
  }),
  updateMask: z.string(),
});

/** The body contains the mask. In most APIs the query does. @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/patch */
export const patchServiceAccount: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.patch',
  httpMethod: 'PATCH',
  path: '/v1/projects/{project}/serviceAccounts/{account}',
  audit: accountAudit('PatchServiceAccount'),
  run(state, { params, body, caller }) {
    const { serviceAccount, updateMask } = parseMessage(Body, body);
    const account = accountFor(state, caller, params, 'iam.serviceAccounts.update');
    for (const field of fieldMask(updateMask)) {
      if (field !== 'displayName' && field !== 'description') {
        throw new ApiError('INVALID_ARGUMENT', `The field ${field} cannot be updated.`);
      }
      account[field] = serviceAccount[field];
    }
    return toServiceAccount(account);
  },
};
