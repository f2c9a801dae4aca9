import roleData from '../../../local/authorization/roles.json' with { type: 'json' };
import { compile, type Request } from './expression.ts';
import { includes, isDenied, type Who } from './members.ts';
import { tagsOf } from './tags.ts';
import { allOf, anyOf, not, type Truth } from './truth.ts';
import type { Resource, World } from './world.ts';
import {
  accountNamed,
  type Binding,
  bindingsOf,
  type Condition,
  type DenyRule,
  lineOf,
} from './world.ts';

/** When, and with which knowledge. */
export type Moment = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether tags are known. Somebody who only reads policies does not know them. */
  readonly knowsTags: boolean;
  /** Whether the members of groups are known. */
  readonly knowsGroups: boolean;
  /** Whether it is known which accounts are in a project, a folder or an organization. */
  readonly knowsSets: boolean;
  /** Each step may come at another one of these instants, in place of `at`. */
  readonly anyOf?: readonly number[];
};
/** Everything is known. */
export const momentOf = (at: number): Moment => ({
  at,
  knowsTags: true,
  knowsGroups: true,
  knowsSets: true,
});

const predefined = new Map(
  Object.entries(roleData.roles).map(([name, [, , indexes]]) => [
    name,
    new Set((indexes as number[]).map((index) => roleData.permissions[index] ?? '')),
  ]),
);

/** What grants and denies a permission on a resource. */
type Relevant = {
  readonly bindings: readonly Binding[];
  readonly denials: readonly DenyRule[];
};
/** A world is asked the same for each principal. Who changes a policy in a world makes a copy of the world first. */
const relevant = new WeakMap<World, Map<string, Relevant>>();

function relevantTo(world: World, permission: string, resource: Resource): Relevant {
  const ofWorld = relevant.get(world) ?? new Map<string, Relevant>();
  relevant.set(world, ofWorld);
  const key = `${permission} ${resource}`;
  const known = ofWorld.get(key);
  if (known) return known;
  const line = lineOf(world, resource);
  const named = denyNameOf(permission);
  const found = {
    bindings: line.flatMap((holder) =>
      bindingsOf(world, holder).filter(({ role }) => hasPermission(world, role, permission)),
    ),
    denials: world.denyPolicies
      .filter(({ attachedTo }) => line.includes(attachedTo))
      .flatMap(({ rules }) => rules.map(({ denyRule }) => denyRule))
      .filter(
        ({ deniedPermissions, exceptionPermissions = [] }) =>
          deniedPermissions.includes(named) && !exceptionPermissions.includes(named),
      ),
  };
  ofWorld.set(key, found);
  return found;
}

/** Whether any binding is about the permission on the resource. */
export const isGranted = (world: World, permission: string, resource: Resource): boolean =>
  relevantTo(world, permission, resource).bindings.length > 0;

/** A disabled or deleted custom role has no permission. */
function hasPermission(world: World, role: string, permission: string): boolean {
  if (role.startsWith('roles/')) return predefined.get(role)?.has(permission) ?? false;
  const custom = world.roles.find(({ name }) => name === role);
  if (!custom || custom.deleted || custom.stage === 'DISABLED') return false;
  return custom.includedPermissions.includes(permission);
}

type Compiled = {
  readonly evaluate: (request: Request) => Truth;
  /** Every combination of the tags that it reads. */
  readonly tags: readonly ReadonlySet<string>[];
};
const compiled = new Map<string, Compiled>();
function compiledOf({ expression }: Condition): Compiled {
  const known = compiled.get(expression);
  if (known) return known;
  const made = { evaluate: compile(expression), tags: subsetsOf(tagsIn(expression)) };
  compiled.set(expression, made);
  return made;
}

export function conditionHolds(
  world: World,
  condition: Condition | undefined,
  resource: Resource,
  { at, knowsTags }: Moment,
): Truth {
  if (!condition) return true;
  const { evaluate, tags: all } = compiledOf(condition);
  const attributes = attributesOf(resource);
  const known = knowsTags && all.length > 1 ? tagsOf(world, resource) : undefined;
  if (known) return evaluate({ at, resource: attributes, tags: known });
  // Without the tags, a condition is decided if it has the same value for all of them.
  const [first, ...more] = all.map((tags) => evaluate({ at, resource: attributes, tags }));
  return more.every((value) => value === first) ? first : undefined;
}

const tagsIn = (expression: string): string[] => [
  ...new Set(
    [...expression.matchAll(/matchTag\("([^"]*)", *"([^"]*)"\)/g)].map(
      ([, key, value]) => `${key}=${value}`,
    ),
  ),
];

const subsetsOf = ([first, ...more]: readonly string[]): ReadonlySet<string>[] =>
  first === undefined
    ? [new Set()]
    : subsetsOf(more).flatMap((tags) => [tags, new Set([...tags, first])]);

const NO_ATTRIBUTES = {};
const attributes = new Map<Resource, Request['resource']>();

/** Google lists the services whose resources have attributes. Accounts are not among them. */
function attributesOf(resource: Resource): Request['resource'] {
  const known = attributes.get(resource);
  if (known) return known;
  const [kind, , below] = resource.split('/');
  const of = (service: string, type: string, name: string) => ({
    service: `${service}.googleapis.com`,
    type: `${service}.googleapis.com/${type}`,
    name,
  });
  let made: Request['resource'] = NO_ATTRIBUTES;
  if (kind === 'projects' && below === undefined) {
    made = of('cloudresourcemanager', 'Project', resource);
  } else if (kind === 'buckets') {
    made = of('storage', below === undefined ? 'Bucket' : 'Object', `projects/_/${resource}`);
  }
  attributes.set(resource, made);
  return made;
}

/**
 * Whether a principal has a permission on a resource: a binding on it or above it grants it, and no deny rule above it denies it.
 *
 * @see https://cloud.google.com/iam/docs/policy-types#evaluation
 */
export function can(
  world: World,
  who: Who,
  permission: string,
  resource: Resource,
  moment: Moment,
): Truth {
  const { anyOf: instants, ...single } = moment;
  if (instants) {
    return anyOf(instants, (at) => can(world, who, permission, resource, { ...single, at }));
  }
  const { bindings, denials } = relevantTo(world, permission, resource);
  if (bindings.length === 0 || !canAct(world, who)) return false;
  const granted = anyOf(bindings, ({ members, condition }) =>
    allOf(
      () => anyOf(members, (member) => includes(world, member, who, moment)),
      () => conditionHolds(world, condition, resource, moment),
    ),
  );
  if (granted === false || denials.length === 0) return granted;
  const denied = anyOf(denials, (rule) => denies(world, rule, who, resource, moment));
  return allOf(
    () => granted,
    () => not(denied),
  );
}

/** Whether it can authenticate: tokens of disabled and deleted accounts are refused. */
function canAct(world: World, who: Who): boolean {
  if (!who.startsWith('serviceAccount:')) return true;
  const account = accountNamed(world, who.slice('serviceAccount:'.length));
  return account !== undefined && !account.disabled;
}

function denies(world: World, rule: DenyRule, who: Who, resource: Resource, moment: Moment): Truth {
  return allOf(
    () => anyOf(rule.deniedPrincipals, (principal) => isDenied(world, principal, who, moment)),
    () =>
      not(
        anyOf(rule.exceptionPrincipals ?? [], (principal) =>
          isDenied(world, principal, who, moment),
        ),
      ),
    () => denialHolds(world, rule.denialCondition, resource, moment),
  );
}

/** Google documents functions of tags alone for the condition of a deny rule. */
const denialHolds = (
  world: World,
  condition: Condition | undefined,
  resource: Resource,
  moment: Moment,
): Truth =>
  condition && /request\.|resource\.(?!matchTag)/.test(condition.expression)
    ? undefined
    : conditionHolds(world, condition, resource, moment);

/** Deny policies name a permission with the full name of its service. */
function denyNameOf(permission: string): string {
  const dot = permission.indexOf('.');
  const service = permission.slice(0, dot);
  const host = service === 'resourcemanager' ? 'cloudresourcemanager' : service;
  return `${host}.googleapis.com/${permission.slice(dot + 1)}`;
}
