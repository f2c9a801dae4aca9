import type { State } from '../state/state.ts';
import { digits } from './digits.ts';

/** As many digits as in Google's numbers. */
export const newProjectNumber = (state: State): string => `7${digits(state, 11)}`;

/** @returns `project` unchanged when no project has that ID or number: no policy grants anything on it */
export function projectIdOf(state: State, project: string): string {
  if (state.projects.has(project) || !/^\d+$/.test(project)) return project;
  for (const { projectId, projectNumber } of state.projects.values())
    if (projectNumber === project) return projectId;
  return project;
}

/** `projects/acme-ops/secrets/s` becomes `projects/700000000001/secrets/s`, as in the responses of Secret Manager. */
export const withProjectNumber = (state: State, name: string): string =>
  name.replace(
    /^projects\/([^/]+)/,
    (_, id: string) => `projects/${state.projects.get(id)?.projectNumber ?? id}`,
  );

/** As in `acme` or `acme.example.com`, which is the project `example.com:acme`. */
const projectOfDomain = ([, id = '', , domain]: RegExpExecArray): string =>
  domain === undefined ? id : `${domain}:${id}`;

/** The ID or number of the project that a service account's email names. */
export function projectOfEmail(email: string): string | undefined {
  const ofUsers = /@([a-z0-9-]+)(\.([a-z0-9.-]+))?\.iam\.gserviceaccount\.com$/.exec(email);
  if (ofUsers) return projectOfDomain(ofUsers);
  const ofAppEngine = /^([a-z0-9-]+)(\.([a-z0-9.-]+))?@appspot\.gserviceaccount\.com$/.exec(email);
  if (ofAppEngine) return projectOfDomain(ofAppEngine);
  return /^(\d+)(?:-compute@developer|@cloudbuild)\.gserviceaccount\.com$/.exec(email)?.[1];
}
