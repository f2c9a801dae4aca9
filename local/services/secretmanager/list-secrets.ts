import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { parseFilter } from '../../core/filter.ts';
import { projectIdOf } from '../../core/names.ts';
import { pageOf } from '../../core/paging.ts';
import { ageKey, secretsIn } from './secrets.ts';
import { toSecret } from './wire.ts';

/** Newest first. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/list */
export const listSecrets: Action = {
  api: 'secretmanager',
  method: 'projects.secrets.list',
  verb: 'GET',
  path: '/v1/projects/{project}/secrets',
  run(state, { params, query, caller }) {
    const project = projectIdOf(state, params.project ?? '');
    const text = query.get('filter') ?? '';
    const filter = parseFilter(text);
    authorize(state, caller, 'secretmanager.secrets.list', `projects/${project}`);

    const secrets = secretsIn(state, project).filter(filter);
    const list = { key: ageKey, descending: true, max: 25_000, usual: 25_000 };
    const { page, nextPageToken } = pageOf(secrets, query, list);
    return {
      ...(page.length > 0 && { secrets: page.map((secret) => toSecret(state, secret)) }),
      ...(nextPageToken && { nextPageToken }),
      ...(text === '' && secrets.length > 0 && { totalSize: secrets.length }),
    };
  },
};
