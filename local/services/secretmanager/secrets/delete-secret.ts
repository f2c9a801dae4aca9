import { authorize } from '../../../authorization/authorize.ts';
import { deletePolicy } from '../../../authorization/policy-store.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { secretAudit } from '../audit.ts';
import { checkEtag } from '../etag.ts';
import { secretName, secretToChange } from '../secret-store.ts';

/** Deletes the secret and all its versions permanently. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/delete */
export const deleteSecret: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.delete',
  httpMethod: 'DELETE',
  path: '/v1/projects/{project}/secrets/{secret}',
  audit: secretAudit('DeleteSecret'),
  run(state, { params, query, caller }) {
    const name = secretName(state, params);
    authorize(state, caller, 'secretmanager.secrets.delete', name);
    checkEtag(query.get('etag'), secretToChange(state, name).etag);
    state.secrets.delete(name);
    deletePolicy(state, name);
    state.tagBindings.delete(name);
    return {};
  },
};
