import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import { createAccountAudit } from '../audit.ts';
import { refuseIf } from '../organization-policy.ts';
import { addAccount, newUniqueId } from './account-lifecycle.ts';
import { toServiceAccount } from './service-account-resource.ts';

const Body = message({
  accountId: z.string(),
  serviceAccount: message({
    displayName: z.string().max(100).exactOptional(),
    description: z.string().max(256).exactOptional(),
  }).exactOptional(),
});

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/create */
export const createServiceAccount: ApiMethod = {
  api: 'iam',
  name: 'projects.serviceAccounts.create',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/serviceAccounts',
  audit: createAccountAudit,
  run(state, { params: { project = '' }, body, caller }) {
    const { accountId, serviceAccount } = parseMessage(Body, body);
    const projectId = projectIdOf(state, project);
    authorize(state, caller, 'iam.serviceAccounts.create', `projects/${projectId}`);
    refuseIf(
      state,
      projectId,
      'iam.disableServiceAccountCreation',
      'Service account creation is not allowed on this project.',
    );
    if (!/^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/.test(accountId)) {
      throw new ApiError(
        'INVALID_ARGUMENT',
        'The account ID must have 6 to 30 characters: lowercase letters, digits and dashes. It must start with a letter.',
      );
    }
    const email = `${accountId}@${projectId}.iam.gserviceaccount.com`;
    if (state.accountsByEmail.has(email)) {
      throw new ApiError(
        'ALREADY_EXISTS',
        `Service account ${accountId} already exists within project projects/${projectId}.`,
      );
    }
    const account = {
      email,
      uniqueId: newUniqueId(state),
      projectId,
      disabled: false,
      deleted: false,
      ...serviceAccount,
    };
    state.accountCreations.set(account.uniqueId, state.now().getTime());
    addAccount(state, account);
    return toServiceAccount(account);
  },
};
