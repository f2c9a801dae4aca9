import type { Truth } from './truth.ts';
import { anyOf } from './truth.ts';
import { lineOf, projectOf, type World } from './world.ts';

/** A person or an account, as an allow policy names it: `user:EMAIL` or `serviceAccount:EMAIL`. */
export type Who = string;

/** What is known of groups and of the principal sets of containers. */
type Knows = { readonly knowsGroups: boolean; readonly knowsSets: boolean };
const ALL: Knows = { knowsGroups: true, knowsSets: true };

const CONTAINER_SET =
  /^principalSet:\/\/cloudresourcemanager\.googleapis\.com\/(projects|folders|organizations)\/(\d+)\/type\/ServiceAccount$/;

/**
 * Whether a member of an allow policy includes this principal.
 *
 * @see https://cloud.google.com/iam/docs/principal-identifiers
 */
export function includes(world: World, member: string, who: Who, knows = ALL): Truth {
  if (member === who || member === 'allUsers' || member === 'allAuthenticatedUsers') return true;
  const [type = '', name = ''] = split(member);
  const [whoType, whoEmail = ''] = split(who);
  switch (type) {
    case 'group':
      return knows.knowsGroups ? inGroup(world, name, who) : undefined;
    case 'domain':
      return whoType === 'user' && whoEmail.endsWith(`@${name}`);
    case 'serviceAccount':
      // Not documented: a unique ID in place of the email.
      return /^\d+$/.test(name) && hasId(world, whoEmail, name) ? undefined : false;
    case 'principalSet':
      return knows.knowsSets ? inContainer(world, member, who) : undefined;
    default:
      return false;
  }
}

/**
 * Whether a principal of a deny policy includes this one.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v2/policies#DenyRule
 */
export function isDenied(world: World, principal: string, who: Who, knows = ALL): Truth {
  const [, email = ''] = split(who);
  const isAccount = who.startsWith('serviceAccount:');
  if (principal === 'principalSet://goog/public:all') return true;
  const group = /^principalSet:\/\/goog\/group\/(.+)$/.exec(principal)?.[1];
  if (group !== undefined) return knows.knowsGroups ? inGroup(world, group, who) : undefined;
  const subject = /^principal:\/\/goog\/subject\/(.+)$/.exec(principal)?.[1];
  // Documented for people only.
  if (subject !== undefined) return subject === email && (isAccount ? undefined : true);
  const account =
    /^principal:\/\/iam\.googleapis\.com\/projects\/([^/]+)\/serviceAccounts\/(.+)$/.exec(
      principal,
    );
  if (account) return isAccount && account[2] === email && (account[1] === '-' ? true : undefined);
  if (CONTAINER_SET.test(principal))
    return knows.knowsSets ? inContainer(world, principal, who) : undefined;
  return principal.startsWith('deleted:') ? false : undefined;
}

function inGroup(world: World, email: string, who: Who): Truth {
  const group = world.groups.find((one) => one.email === email);
  // Nobody here knows who is in a group of somebody else.
  if (!group) return undefined;
  // Owners and managers have the role of a member too.
  const { members, owners = [], managers = [] } = group;
  return anyOf([...members, ...owners, ...managers], (member) => includes(world, member, who));
}

function inContainer(world: World, set: string, who: Who): Truth {
  const found = CONTAINER_SET.exec(set);
  if (!found) return undefined;
  if (!who.startsWith('serviceAccount:')) return false;
  const [, kind, number] = found;
  const id = world.projects.find((project) => project.number === number)?.id;
  const container = kind === 'projects' ? `projects/${id}` : `${kind}/${number}`;
  return lineOf(world, `projects/${projectOf(who)}`).includes(container);
}

const hasId = (world: World, email: string, id: string): boolean =>
  world.accounts.some((account) => account.email === email && account.uniqueId === id);

const split = (member: string): string[] => {
  const colon = member.indexOf(':');
  return [member.slice(0, colon), member.slice(colon + 1)];
};
