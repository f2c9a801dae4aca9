import type { ApiMethod } from '../../../core/api-method.ts';
import { accountAudit } from '../audit.ts';
import { keyFor } from './key-resource.ts';

const setDisabled = (verb: 'enable' | 'disable', rpc: string): ApiMethod => ({
  api: 'iam',
  name: `projects.serviceAccounts.keys.${verb}`,
  httpMethod: 'POST',
  path: `/v1/projects/{project}/serviceAccounts/{account}/keys/{key}:${verb}`,
  audit: accountAudit(rpc),
  run(state, { params, caller }) {
    const { key } = keyFor(state, caller, params, `iam.serviceAccountKeys.${verb}`);
    key.disabled = verb === 'disable';
    return {};
  },
});

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/disable */
export const disableKey = setDisabled('disable', 'DisableServiceAccountKey');
/** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/enable */
export const enableKey = setDisabled('enable', 'EnableServiceAccountKey');
