import type { State } from '../state/state.ts';

/**
 * A resource and everything that it inherits policies from, in this order: the resource, its parent resources, its project,
 * the folders, the organization. A tag value inherits from its key.
 *
 * @param resource as in `projects/P/secrets/S/versions/3`, `projects/P`, `buckets/B/objects/O`, `folders/F`, `tagValues/V`
 */
export function ancestryOf(state: State, resource: string): string[] {
  const [kind = '', id = '', ...rest] = resource.split('/');
  const root = `${kind}/${id}`;
  const below = rest.length === 0 ? [] : [resource];
  if (kind === 'projects') {
    // `projects/P/locations/L/secrets/S/versions/3` and then `projects/P/locations/L/secrets/S`.
    for (let end = rest.length - 2; end >= 2; end -= 2) {
      below.push([root, ...rest.slice(0, end)].join('/'));
    }
  }

  if (kind === 'buckets') {
    const bucket = state.buckets.get(id);
    return [...below, root, ...(bucket ? containersOf(state, `projects/${bucket.projectId}`) : [])];
  }
  return [...below, ...containersOf(state, root)];
}

function containersOf(state: State, start: string): string[] {
  const path: string[] = [];
  for (
    let container: string | undefined = start;
    container !== undefined && !path.includes(container);
  ) {
    path.push(container);
    container = parentOf(state, container);
  }
  return path;
}

function parentOf(state: State, container: string): string | undefined {
  const [kind, id = ''] = container.split('/');
  if (kind === 'projects') return state.projects.get(id)?.parent;
  if (kind === 'folders') return state.folders.get(id)?.parent;
  if (kind === 'tagValues') return state.tagValues.get(container)?.parent;
  if (kind === 'tagKeys') return state.tagKeys.get(container)?.parent;
  return undefined;
}
