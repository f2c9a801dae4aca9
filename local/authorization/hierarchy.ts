import type { ServiceAccount, State } from '../state/state.ts';

/** A live account by email or unique ID. */
export function findAccount(state: State, emailOrUniqueId: string): ServiceAccount | undefined {
  const account =
    state.accounts.get(emailOrUniqueId) ?? state.accountsByEmail.get(emailOrUniqueId.toLowerCase());
  return account?.deleted ? undefined : account;
}

/** Where an account's policy hangs. */
export const accountResource = (account: Pick<ServiceAccount, 'email' | 'projectId'>): string =>
  `projects/${account.projectId}/serviceAccounts/${account.email}`;

/**
 * A resource and all that it inherits from, in order: itself, what holds it, its project, folders, organization.
 *
 * @param resource as in `projects/P/secrets/S/versions/3`, `projects/P`, `buckets/B/objects/O`, `folders/F`
 */
export function ancestryOf(state: State, resource: string): string[] {
  const [kind, id, collection, child] = resource.split('/') as [string, string, string?, string?];
  const root = `${kind}/${id}`;
  const own = collection === undefined ? [] : [resource];
  const holder = `${root}/${collection}/${child}`;
  if (kind === 'projects' && collection !== undefined && holder !== resource) own.push(holder);

  if (kind === 'buckets') {
    const bucket = state.buckets.get(id);
    return [...own, root, ...(bucket ? containersOf(state, `projects/${bucket.projectId}`) : [])];
  }
  return [...own, ...containersOf(state, root)];
}

function containersOf(state: State, start: string): string[] {
  const path: string[] = [];
  for (let at: string | undefined = start; at !== undefined && !path.includes(at); ) {
    path.push(at);
    at = parentOf(state, at);
  }
  return path;
}

function parentOf(state: State, container: string): string | undefined {
  const [kind, id = ''] = container.split('/');
  if (kind === 'projects') return state.projects.get(id)?.parent;
  if (kind === 'folders') return state.folders.get(id)?.parent;
  return undefined;
}
