import type { ApiMethod } from '../../core/api-method.ts';
import { parseFilter } from '../../core/list-filter.ts';
import { pageOf } from '../../core/paging.ts';
import { enabledServices, projectFor, toService } from './service-resource.ts';

/** Lists the enabled APIs only, because the local cloud does not know every API of Google. @see https://cloud.google.com/service-usage/docs/reference/rest/v1/services/list */
export const listServices: ApiMethod = {
  api: 'serviceusage',
  name: 'services.list',
  httpMethod: 'GET',
  path: '/v1/projects/{project}/services',
  run(state, { params: { project = '' }, query, caller }) {
    const found = projectFor(state, caller, project, 'list');
    const matches = parseFilter(query.get('filter') ?? '');
    const services = [...enabledServices(found)]
      .sort()
      .map((name) => toService(found, name) as { name: string })
      .filter(matches);
    const { page, nextPageToken } = pageOf(services, query, {
      key: ({ name }) => name,
      descending: false,
      maxSize: 200,
      defaultSize: 50,
    });
    return { ...(page.length > 0 && { services: page }), ...(nextPageToken && { nextPageToken }) };
  },
};
