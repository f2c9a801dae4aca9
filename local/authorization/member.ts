import type { Principal } from '../core/principal.ts';
import { projectIdOf } from '../core/projects.ts';
import type { State } from '../state/state.ts';
import { ancestryOf } from './ancestry.ts';

/**
 * Whether a member of a binding, or a principal of a deny rule, is this principal or contains it.
 *
 * @see https://cloud.google.com/iam/docs/principal-identifiers
 */
export function memberIncludes(state: State, member: string, principal: Principal): boolean {
  if (member === 'allUsers' || member === 'allAuthenticatedUsers') return true;
  if (member.startsWith('principalSet://')) {
    return setIncludes(state, member.slice('principalSet://'.length), principal);
  }
  if (member.startsWith('principal://')) return isSamePrincipal(member, principal);

  const colon = member.indexOf(':');
  const kind = member.slice(0, colon);
  const name = member.slice(colon + 1).toLowerCase();
  switch (kind) {
    case 'user':
    case 'serviceAccount':
      return principal.member.startsWith(`${kind}:`) && principal.email === name;
    case 'group':
      return groupIncludes(state, name, principal);
    case 'domain': // users only: a service account belongs to no domain
      return principal.member.startsWith('user:') && principal.email.endsWith(`@${name}`);
    case 'projectOwner':
    case 'projectEditor':
    case 'projectViewer':
      return hasBasicRole(state, kind, name, principal);
    default: // `deleted:` too: a re-created account is another account, and undeleting removes the prefix
      return false;
  }
}

function isSamePrincipal(member: string, principal: Principal): boolean {
  const email =
    /^principal:\/\/(?:goog\/subject|iam\.googleapis\.com\/projects\/-\/serviceAccounts)\/(.+)$/.exec(
      member,
    )?.[1];
  if (email === undefined) return member === principal.member;
  const isAccount = member.includes('/serviceAccounts/');
  return (
    email.toLowerCase() === principal.email &&
    principal.member.startsWith('serviceAccount:') === isAccount
  );
}

function setIncludes(state: State, set: string, principal: Principal): boolean {
  if (set === 'goog/public:all') return true;
  if (set.startsWith('goog/group/')) {
    return groupIncludes(state, set.slice('goog/group/'.length).toLowerCase(), principal);
  }
  const container =
    /^cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)\/type\/ServiceAccount$/.exec(
      set,
    )?.[1];
  if (container !== undefined) return isAccountIn(state, container, principal);

  const pool = /^(.+)\/\*$/.exec(set)?.[1];
  return pool !== undefined && principal.member.startsWith(`principal://${pool}/subject/`);
}

function isAccountIn(state: State, container: string, principal: Principal): boolean {
  const account = state.accounts.get(principal.uniqueId ?? '');
  if (account === undefined) return false;
  const [kind, id = ''] = container.split('/');
  const name = kind === 'projects' ? `projects/${projectIdOf(state, id)}` : container;
  return ancestryOf(state, `projects/${account.projectId}`).includes(name);
}

/** @param visited the groups that contain this one: groups can contain each other */
function groupIncludes(
  state: State,
  email: string,
  principal: Principal,
  visited: ReadonlySet<string> = new Set(),
): boolean {
  if (visited.has(email)) return false;
  const path = new Set([...visited, email]);
  return (state.groups.get(email)?.members ?? []).some((member) =>
    member.startsWith('group:')
      ? groupIncludes(state, member.slice('group:'.length).toLowerCase(), principal, path)
      : memberIncludes(state, member, principal),
  );
}

function hasBasicRole(
  state: State,
  kind: 'projectOwner' | 'projectEditor' | 'projectViewer',
  project: string,
  principal: Principal,
): boolean {
  const role = `roles/${kind.slice('project'.length).toLowerCase()}`;
  const bindings = state.policies.get(`projects/${projectIdOf(state, project)}`)?.bindings ?? [];
  return bindings.some(
    (binding) =>
      binding.role === role &&
      binding.members.some(
        (member) => !member.startsWith('project') && memberIncludes(state, member, principal),
      ),
  );
}
