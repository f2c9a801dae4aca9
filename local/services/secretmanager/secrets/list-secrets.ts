import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { parseFilter } from '../../../core/list-filter.ts';
import { pageOf } from '../../../core/paging.ts';
import { creationKey, parentName, secretsIn } from '../secret-store.ts';
import { toSecret } from './secret-resource.ts';

/** Newest first. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/list */
export const listSecrets: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.list',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/secrets',
  run(state, { params, query, caller }) {
    const parent = parentName(state, params);
    const text = query.get('filter') ?? '';
    const filter = parseFilter(text);
    authorize(state, caller, 'secretmanager.secrets.list', parent);

    const secrets = secretsIn(state, parent).filter(filter);
    const list = { key: creationKey, descending: true, maxSize: 25_000, defaultSize: 25_000 };
    const { page, nextPageToken } = pageOf(secrets, query, list);
    return {
      ...(page.length > 0 && { secrets: page.map((secret) => toSecret(state, secret)) }),
      ...(nextPageToken && { nextPageToken }),
      ...(text === '' && secrets.length > 0 && { totalSize: secrets.length }),
    };
  },
};
