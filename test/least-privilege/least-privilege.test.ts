import { type Grant, roleOf } from '../../cli/commands/start/grants.ts';
import { predefinedRole } from '../../local/authorization/roles.ts';
import { DEAD_LETTERS, deadLetters } from './dead-letters.ts';
import { CUSTOM, listedIn } from './elsewhere.ts';
import { runProduct } from './product.ts';
import { GRANTS, GRANTS_ALONE, seedWith } from './world.ts';

/** One role of one account: on all secrets, on all projects, or on one thing. */
type Holding = { readonly title: string; readonly grants: readonly Grant[] };

const holdings: Holding[] = [...Map.groupBy(GRANTS, titleOf)].map(([title, grants]) => ({
  title,
  grants,
}));

function titleOf({ resource, role, member }: Grant): string {
  const [, who] = /^serviceAccount:(?:hopmint-)?([\w-]+)@/.exec(member) ?? [];
  const isOneOfMany = /^projects\/[^/]+(\/secrets\/[^/]+)?$/.test(resource);
  const where = isOneOfMany ? (resource.includes('/secrets/') ? 'secrets' : 'projects') : resource;
  return `${who} as ${role.split('/').at(-1)} on ${where}`;
}

const permissionsOf = ({ role }: Grant): readonly string[] =>
  role.startsWith('roles/')
    ? (predefinedRole(role)?.includedPermissions ?? [])
    : roleOf(role).includedPermissions;

/** These grants, of other roles with the same permissions but one; and those roles. */
function without(changed: readonly Grant[], permission?: string) {
  const roles = changed.map((grant) => {
    const [owner] = /^(organizations|projects)\/[^/]+/.exec(grant.resource) ?? [];
    const name = `${owner ?? 'projects/acme-ops'}/roles/${grant.role.replace(/\W+/g, '_')}`;
    return {
      name,
      includedPermissions: permissionsOf(grant).filter((held) => held !== permission),
    };
  });
  const grants = changed.map((grant, i) => ({ ...grant, role: roles[i]?.name ?? '' }));
  return { grants, roles };
}

/** The world in which these of the grants lack a permission. */
function seedWithout(changed: readonly Grant[], permission?: string): object {
  const { grants, roles } = without(changed, permission);
  return seedWith([...GRANTS.filter((grant) => !changed.includes(grant)), ...grants], roles);
}

let all: Promise<string[]> | undefined;
const withAll = (): Promise<string[]> => {
  all ??= runProduct(seedWith(GRANTS));
  return all;
};

describe('the product, with what it is granted', () => {
  it('is all well', async () => {
    expect(await withAll()).toEqual([]);
  });

  it('is all well where there is no organization', async () => {
    expect(await runProduct(seedWith(GRANTS_ALONE, [], true))).toEqual([]);
  });

  it('is all well, whatever the roles are called', async () => {
    expect(await runProduct(seedWithout(GRANTS))).toEqual([]);
  });

  it('uses every custom role, but those whose permissions are listed with a reason', () => {
    const used = new Set(GRANTS.map(({ role }) => role.split('/').at(-1)));
    const unused = CUSTOM.filter((role) => !used.has(role));
    expect(unused.map((role) => [role, roleOf(role).includedPermissions])).toEqual(
      unused.map((role) => [role, listedIn(role)]),
    );
  });
});

/** What goes wrong without these shows in what there is or is not, and nobody names the permission. */
const UNNAMED = /^(storage\..*|secretmanager\.versions\.destroy|.* on .*hopmint-tick)$/;

describe.each(holdings)('$title', ({ title, grants }) => {
  it.each(permissionsOf(grants[0] as Grant))('needs %s', async (permission) => {
    expect(await withAll()).toEqual([]); // what is not well with all of them says nothing of one
    const trouble = await runProduct(seedWithout(grants, permission));
    expect(trouble).not.toEqual([]);
    const isNamed = trouble.some((told) => told.includes(permission));
    expect(isNamed || UNNAMED.test(permission) || UNNAMED.test(title)).toBe(true);
  });
});

describe('Pub/Sub itself, which hands on what could not be delivered', () => {
  /** What it needs, and what its roles hold beside: Google's page on dead letters names the roles. */
  const needs = ['pubsub.topics.publish', 'pubsub.subscriptions.consume'];
  const held = new Set(DEAD_LETTERS.flatMap(permissionsOf));

  it('does it with what it is granted', async () => {
    expect(await deadLetters(DEAD_LETTERS)).toBe(true);
  });

  it.each(needs)('needs %s', async (permission) => {
    const { grants, roles } = without(DEAD_LETTERS, permission);
    expect(await deadLetters(grants, roles)).toBe(false);
  });

  it('does it without the rest that its roles hold', async () => {
    const rest = [...held].filter((permission) => !needs.includes(permission));
    expect(rest).toEqual(['pubsub.topics.attachSubscription']);
    const { grants, roles } = without(DEAD_LETTERS, rest[0]);
    expect(await deadLetters(grants, roles)).toBe(true);
  });
});
