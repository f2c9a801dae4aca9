import type { Principal } from '../core/action.ts';
import { projectIdOf } from '../core/names.ts';
import type { State } from '../state/state.ts';
import { ancestryOf } from './hierarchy.ts';

/**
 * Whether a member of a binding, or a principal of a deny rule, is or holds this principal.
 *
 * @see https://cloud.google.com/iam/docs/principal-identifiers
 */
export function includes(state: State, member: string, principal: Principal): boolean {
  if (member === 'allUsers' || member === 'allAuthenticatedUsers') return true;
  if (member.startsWith('principalSet://')) return inSet(state, member.slice(15), principal);
  if (member.startsWith('principal://')) return isSubject(member, principal);

  const colon = member.indexOf(':');
  const kind = member.slice(0, colon);
  const name = member.slice(colon + 1).toLowerCase();
  switch (kind) {
    case 'user':
    case 'serviceAccount':
      return principal.member.startsWith(`${kind}:`) && principal.email === name;
    case 'group':
      return inGroup(state, name, principal);
    case 'domain': // of people: a service account is in no domain
      return principal.member.startsWith('user:') && principal.email.endsWith(`@${name}`);
    case 'projectOwner':
    case 'projectEditor':
    case 'projectViewer':
      return holdsBasicRole(state, kind, name, principal);
    default: // `deleted:` too: a re-created account is another one, and an undeleted one loses the prefix
      return false;
  }
}

function isSubject(member: string, principal: Principal): boolean {
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

function inSet(state: State, set: string, principal: Principal): boolean {
  if (set === 'goog/public:all') return true;
  if (set.startsWith('goog/group/')) {
    return inGroup(state, set.slice('goog/group/'.length).toLowerCase(), principal);
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
  const wanted = kind === 'projects' ? `projects/${projectIdOf(state, id)}` : container;
  return ancestryOf(state, `projects/${account.projectId}`).includes(wanted);
}

function inGroup(
  state: State,
  email: string,
  principal: Principal,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  if (seen.has(email)) return false;
  const visited = new Set([...seen, email]);
  return (state.groups.get(email) ?? []).some((member) =>
    member.startsWith('group:')
      ? inGroup(state, member.slice('group:'.length).toLowerCase(), principal, visited)
      : includes(state, member, principal),
  );
}

function holdsBasicRole(
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
        (member) => !member.startsWith('project') && includes(state, member, principal),
      ),
  );
}
