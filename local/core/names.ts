import type { State } from '../state/state.ts';

/** The ID of a project that is named by ID or by number. One that is not there stays as written: nobody holds anything on it. */
export function projectIdOf(state: State, project: string): string {
  if (state.projects.has(project) || !/^\d+$/.test(project)) return project;
  for (const { projectId, projectNumber } of state.projects.values())
    if (projectNumber === project) return projectId;
  return project;
}

/** `projects/acme-ops/secrets/s` as `projects/700000000001/secrets/s`, the way Secret Manager answers. */
export const numbered = (state: State, name: string): string =>
  name.replace(
    /^projects\/([^/]+)/,
    (_, id: string) => `projects/${state.projects.get(id)?.projectNumber ?? id}`,
  );

/** The ID or number of the project that an account's email tells. */
export function projectIn(email: string): string | undefined {
  return (
    /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1] ??
    /^([a-z0-9-]+)@appspot\.gserviceaccount\.com$/.exec(email)?.[1] ??
    /^(\d+)-compute@developer\.gserviceaccount\.com$/.exec(email)?.[1]
  );
}
