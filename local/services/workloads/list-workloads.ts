import { authorize } from '../../authorization/authorize.ts';
import { requireService } from '../../authorization/service-usage.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { pageOf } from '../../core/paging.ts';
import { projectIdOf } from '../../core/projects.ts';
import type { State } from '../../state/state.ts';
import type { Workload } from '../../state/workload.ts';

/** One list of one API. All of them can list every location at once. */
type List = Pick<ApiMethod, 'api' | 'name' | 'path'> & {
  readonly permission: string;
  /** The part of a workload's name that says what it is. */
  readonly collection: string;
  /** The parameters for the page. */
  readonly page: { readonly size: string; readonly token: string };
  /** The response with these workloads. */
  toList(found: readonly Workload[], nextPageToken: string | undefined, project: string): object;
};

export const listOf = ({
  permission,
  collection,
  page: pages,
  toList,
  ...method
}: List): ApiMethod => ({
  ...method,
  httpMethod: 'GET',
  run(state, { params, query, caller }) {
    const project = `projects/${projectIdOf(state, params.project ?? '')}`;
    authorize(state, caller, permission, project);
    requireService(state, project, `${method.api}.googleapis.com`);
    const asked = new URLSearchParams({
      pageSize: query.get(pages.size) ?? '',
      pageToken: query.get(pages.token) ?? '',
    });
    const { page, nextPageToken } = pageOf(
      found(state, project, collection, params.location),
      asked,
      {
        key: ({ name }: Workload) => name,
        descending: false,
        maxSize: 500,
        defaultSize: 500,
      },
    );
    return toList(page, nextPageToken, project);
  },
});

/** @param location `-` or undefined: everywhere */
function found(state: State, project: string, collection: string, location = '-'): Workload[] {
  const at = location === '-' ? '[^/]+' : location;
  const name = new RegExp(`^${project}/(?:locations|zones)/${at}/${collection}/[^/]+$`);
  return [...state.workloads.values()]
    .filter((workload) => name.test(workload.name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The parts of a name: `projects/P/zones/Z/instances/I` */
export function partsOf({ name }: Workload): { readonly location: string; readonly id: string } {
  const [, , , location = '', , id = ''] = name.split('/');
  return { location, id };
}
