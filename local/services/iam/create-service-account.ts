import { z } from 'zod';
import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { projectIdOf } from '../../core/names.ts';
import { message, parseMessage } from '../../core/proto.ts';
import { Status } from '../../core/status.ts';
import { addAccount, newUniqueId } from './account-lifecycle.ts';
import { toServiceAccount } from './service-accounts.ts';

const Body = message({
  accountId: z.string(),
  serviceAccount: message({
    displayName: z.string().max(100).exactOptional(),
    description: z.string().max(256).exactOptional(),
  }).exactOptional(),
});

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/create */
export const createServiceAccount: Action = {
  api: 'iam',
  method: 'projects.serviceAccounts.create',
  verb: 'POST',
  path: '/v1/projects/{project}/serviceAccounts',
  run(state, { params: { project = '' }, body, caller }) {
    const { accountId, serviceAccount } = parseMessage(Body, body);
    const projectId = projectIdOf(state, project);
    authorize(state, caller, 'iam.serviceAccounts.create', `projects/${projectId}`);
    if (!/^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/.test(accountId)) {
      throw new Status(
        'INVALID_ARGUMENT',
        'The account ID must be 6 to 30 characters of lowercase letters, digits and dashes, and begin with a letter.',
      );
    }
    const email = `${accountId}@${projectId}.iam.gserviceaccount.com`;
    if (state.accountsByEmail.has(email)) {
      throw new Status(
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
    addAccount(state, account);
    return toServiceAccount(account);
  },
};
