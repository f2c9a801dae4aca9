import { predefinedRole } from '../../../authorization/roles.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { toRole } from './role-resource.ts';

/** A predefined role of Google's. The caller needs no permission. @see https://cloud.google.com/iam/docs/reference/rest/v1/roles/get */
export const getRole: ApiMethod = {
  api: 'iam',
  name: 'roles.get',
  httpMethod: 'GET',
  path: '/v1/roles/{role}',
  run(_state, { params: { role = '' } }) {
    const name = `roles/${role}`;
    const found = predefinedRole(name);
    if (found === undefined) {
      throw new ApiError('NOT_FOUND', `The role named ${name} was not found.`);
    }
    return toRole(found, 'FULL');
  },
};
