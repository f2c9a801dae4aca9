import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { parseFilter } from '../../../core/list-filter.ts';
import { pageOf } from '../../../core/paging.ts';
import type { SecretVersion } from '../../../state/secret.ts';
import { possiblyStaleSecret, secretName } from '../secret-store.ts';
import { toVersion } from './version-resource.ts';

/** Newest first. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/list */
export const listSecretVersions: ApiMethod = {
  api: 'secretmanager',
  name: 'projects.secrets.versions.list',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/secrets/{secret}/versions',
  run(state, { params, query, caller }) {
    const name = secretName(state, params);
    const text = query.get('filter') ?? '';
    const filter = parseFilter(text);
    authorize(state, caller, 'secretmanager.versions.list', name);

    const secret = possiblyStaleSecret(state, name);
    const versions = secret.versions
      .toReversed()
      .filter((version) => filter(toVersion(state, secret, version)));
    const list = { key: numberKey, descending: true, maxSize: 25_000, defaultSize: 25_000 };
    const { page, nextPageToken } = pageOf(versions, query, list);
    return {
      ...(page.length > 0 && {
        versions: page.map((version) => toVersion(state, secret, version)),
      }),
      ...(nextPageToken && { nextPageToken }),
      ...(text === '' && versions.length > 0 && { totalSize: versions.length }),
    };
  },
};

/** The number with leading zeros, so that its text sorts like the number. */
const numberKey = ({ number }: SecretVersion): string => String(number).padStart(16, '0');
