import type { Container } from '../../state/container.ts';
import type { State } from '../../state/state.ts';

/** A container of a world was created then. */
const CREATED = '2020-01-01T00:00:00Z';

const idOf = ({ name }: Container): string => name.split('/')[1] ?? '';
const createTimeOf = ({ createTime }: Container): string => createTime ?? CREATED;
const lifecycleOf = ({ deleteTime }: Container): string =>
  deleteTime === undefined ? 'ACTIVE' : 'DELETE_REQUESTED';
const labelsOf = ({ labels }: Container): object =>
  labels && Object.keys(labels).length > 0 ? { labels } : {};

/** The resource as v3 sends it. @see https://cloud.google.com/resource-manager/reference/rest/v3/projects */
export function toContainer(state: State, container: Container): object {
  const { name, parent, displayName, updateTime, deleteTime } = container;
  const project = state.projects.get(name.startsWith('projects/') ? idOf(container) : '');
  const createTime = createTimeOf(container);
  return {
    name: project ? `projects/${project.projectNumber}` : name,
    ...(parent && { parent }),
    ...(project && { projectId: project.projectId }),
    ...((displayName || !project) && { displayName: displayName ?? idOf(container) }),
    state: lifecycleOf(container),
    createTime,
    ...((updateTime || displayName || !project) && { updateTime: updateTime ?? createTime }),
    ...(deleteTime && { deleteTime }),
    etag: etagOf(container),
    ...labelsOf(container),
  };
}

/** Only equality means something. */
const etagOf = ({ name, updateTime = '' }: Container): string => {
  const text = Buffer.from(`${updateTime}${name}`).toString('hex').slice(0, 16).padEnd(16, '0');
  return `W/"${text}"`;
};

/** The project as v1 sends it. gcloud uses v1. @see https://cloud.google.com/resource-manager/reference/rest/v1/projects */
export function toProjectV1(state: State, container: Container): object {
  const { parent, displayName } = container;
  return {
    projectNumber: state.projects.get(idOf(container))?.projectNumber,
    projectId: idOf(container),
    lifecycleState: lifecycleOf(container),
    ...(displayName && { name: displayName }),
    createTime: createTimeOf(container),
    ...labelsOf(container),
    ...(parent && { parent: toResourceId(parent) }),
  };
}

/** @see https://cloud.google.com/resource-manager/reference/rest/v2/folders */
export const toFolderV2 = (_: State, container: Container): object => ({
  name: container.name,
  ...(container.parent && { parent: container.parent }),
  displayName: container.displayName ?? idOf(container),
  lifecycleState: lifecycleOf(container),
  createTime: createTimeOf(container),
});

/** @see https://cloud.google.com/resource-manager/reference/rest/v1/organizations */
export const toOrganizationV1 = (_: State, container: Container): object => ({
  name: container.name,
  displayName: container.displayName ?? idOf(container),
  lifecycleState: lifecycleOf(container),
  creationTime: createTimeOf(container),
});

/** `folders/8` as v1 writes it: `{type: 'folder', id: '8'}`. */
export function toResourceId(name: string): { type: string; id: string } {
  const [kind = '', id = ''] = name.split('/');
  return { type: kind.slice(0, -1), id };
}
