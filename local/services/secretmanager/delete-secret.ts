import { authorize } from '../../authorization/authorize.ts';
import { dropPolicy } from '../../authorization/stored-policy.ts';
import type { Action } from '../../core/action.ts';
import { checkEtag, secretName, toChange } from './secrets.ts';

/** With all its versions, for good. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/delete */
export const deleteSecret: Action = {
  api: 'secretmanager',
  method: 'projects.secrets.delete',
  verb: 'DELETE',
  path: '/v1/projects/{project}/secrets/{secret}',
  run(state, { params, query, caller }) {
    const name = secretName(state, params);
    authorize(state, caller, 'secretmanager.secrets.delete', name);
    checkEtag(query.get('etag'), toChange(state, name).etag);
    state.secrets.delete(name);
    dropPolicy(state, name);
    return {};
  },
};
