import { authorize } from '../../authorization/authorize.ts';
import type { Action } from '../../core/action.ts';
import { parseFilter } from '../../core/filter.ts';
import { pageOf } from '../../core/paging.ts';
import type { SecretVersion } from '../../state/state.ts';
import { read, secretName } from './secrets.ts';
import { toVersion } from './wire.ts';

/** Newest first. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/list */
export const listSecretVersions: Action = {
  api: 'secretmanager',
  method: 'projects.secrets.versions.list',
  verb: 'GET',
  path: '/v1/projects/{project}/secrets/{secret}/versions',
  run(state, { params, query, caller }) {
    const name = secretName(state, params);
    const text = query.get('filter') ?? '';
    const filter = parseFilter(text);
    authorize(state, caller, 'secretmanager.versions.list', name);

    const versions = read(state, name)
      .versions.toReversed()
      .filter((version) => filter(toVersion(state, name, version)));
    const list = { key: ageKey, descending: true, max: 25_000, usual: 25_000 };
    const { page, nextPageToken } = pageOf(versions, query, list);
    return {
      ...(page.length > 0 && { versions: page.map((version) => toVersion(state, name, version)) }),
      ...(nextPageToken && { nextPageToken }),
      ...(text === '' && versions.length > 0 && { totalSize: versions.length }),
    };
  },
};

/** Numbers only grow; with zeros in front their text sorts like them. */
const ageKey = ({ number }: SecretVersion): string => String(number).padStart(16, '0');
