import { type Grant, roleOf } from '../../../cli/commands/start/deployed/grants.ts';
import { predefinedRole } from '../../../local/authorization/roles.ts';
import { becomesDeadLetter, DEAD_LETTER_GRANTS } from '../../least-privilege/dead-letters.ts';
import { CUSTOM_ROLES, otherPermissionsOf } from '../../least-privilege/other-grants.ts';
import { type Part, runProduct } from '../../least-privilege/product.ts';
import { GRANTS, GRANTS_WITHOUT_ORGANIZATION, seedWith } from '../../least-privilege/world.ts';

/** The grants of one role to one account: on all secrets, on all projects, or on another resource. */
const grantsByRole = [...Map.groupBy(GRANTS, titleOf)].map(([title, grants]) => ({
  title,
  grants,
}));

function titleOf({ resource, role, member }: Grant): string {
  const [, account] = /^serviceAccount:(?:hopmint-)?([\w-]+)@/.exec(member) ?? [];
  const isOneOfMany = /^projects\/[^/]+(\/secrets\/[^/]+)?$/.test(resource);
  const where = isOneOfMany ? (resource.includes('/secrets/') ? 'secrets' : 'projects') : resource;
  return `${account} with ${role.split('/').at(-1)} on ${where}`;
}

const permissionsOf = ({ role }: Grant): readonly string[] =>
  role.startsWith('roles/')
    ? (predefinedRole(role)?.includedPermissions ?? [])
    : roleOf(role).includedPermissions;

/** The same grants of custom roles that lack one permission, and those roles. */
function without(changed: readonly Grant[], permission?: string) {
  const roles = changed.map((grant) => {
    const [owner] = /^(organizations|projects)\/[^/]+/.exec(grant.resource) ?? [];
    const name = `${owner ?? 'projects/acme-ops'}/roles/${grant.role.replace(/\W+/g, '_')}`;
    return {
      name,
      includedPermissions: permissionsOf(grant).filter((one) => one !== permission),
    };
  });
  const grants = changed.map((grant, i) => ({ ...grant, role: roles[i]?.name ?? '' }));
  return { grants, roles };
}

/** A world in which some of the grants lack a permission. */
function seedWithout(changed: readonly Grant[], permission?: string): object {
  const { grants, roles } = without(changed, permission);
  return seedWith([...GRANTS.filter((grant) => !changed.includes(grant)), ...grants], roles);
}

const complete = new Map<Part, Promise<string[]>>();
const runWithAllGrants = (part: Part = 'all'): Promise<string[]> => {
  const failures = complete.get(part) ?? runProduct(seedWith(GRANTS), part);
  complete.set(part, failures);
  return failures;
};

describe('the product with its grants', () => {
  it('runs without a failure', async () => {
    expect(await runWithAllGrants()).toEqual([]);
  });

  it('runs without a failure where there is no organization', async () => {
    const seed = seedWith(GRANTS_WITHOUT_ORGANIZATION, [], { hasOrganization: false });
    expect(await runProduct(seed)).toEqual([]);
  });

  // The tests below replace roles by custom roles with other names.
  it('runs without a failure when its roles have other names', async () => {
    expect(await runProduct(seedWithout(GRANTS))).toEqual([]);
  });

  it('uses every custom role, except those that the list of other grants explains', () => {
    const used = new Set(GRANTS.map(({ role }) => role.split('/').at(-1)));
    const unused = CUSTOM_ROLES.filter((role) => !used.has(role));
    expect(unused.map((role) => [role, roleOf(role).includedPermissions])).toEqual(
      unused.map((role) => [role, otherPermissionsOf(role)]),
    );
  });
});

/** The part of the product that uses the grants. */
const partOf = (title: string): Part => (title.startsWith('audit ') ? 'audits' : 'rotations');

/** Without one of these something fails, but no failure names the permission. */
const UNNAMED = /^(storage\..*|secretmanager\.versions\.destroy|.* on .*hopmint-tick)$/;

describe.each(grantsByRole)('$title', ({ title, grants }) => {
  it.each(permissionsOf(grants[0] as Grant))('needs %s', async (permission) => {
    expect(await runWithAllGrants(partOf(title))).toEqual([]);
    const failures = await runProduct(seedWithout(grants, permission), partOf(title));
    expect(failures).not.toEqual([]);
    const isNamed = failures.some((text) => text.includes(permission));
    expect(isNamed || UNNAMED.test(permission) || UNNAMED.test(title)).toBe(true);
  });
});

describe('Pub/Sub, which moves a message that it could not deliver to the dead-letter topic,', () => {
  const needs = ['pubsub.topics.publish', 'pubsub.subscriptions.consume'];
  const granted = new Set(DEAD_LETTER_GRANTS.flatMap(permissionsOf));

  it('succeeds with its grants', async () => {
    expect(await becomesDeadLetter(DEAD_LETTER_GRANTS)).toBe(true);
  });

  it.each(needs)('needs %s', async (permission) => {
    const { grants, roles } = without(DEAD_LETTER_GRANTS, permission);
    expect(await becomesDeadLetter(grants, roles)).toBe(false);
  });

  // Its roles are those that Google's page on dead letters names.
  it('does not need the other permission of its roles', async () => {
    const rest = [...granted].filter((permission) => !needs.includes(permission));
    expect(rest).toEqual(['pubsub.topics.attachSubscription']);
    const { grants, roles } = without(DEAD_LETTER_GRANTS, rest[0]);
    expect(await becomesDeadLetter(grants, roles)).toBe(true);
  });
});
