import { accountPowers } from './account-powers.ts';
import { grantAll, type Power } from './power.ts';
import { containersOf, organizationOf, type World } from './world.ts';

/** The object that the functions read, and the account that mints what it says. */
export type ChainObject = { readonly bucket: string; readonly name: string };

/** What an edited role holds. */
export const EVERYTHING = [
  'iam.serviceAccounts.getAccessToken',
  'iam.serviceAccounts.implicitDelegation',
  'iam.serviceAccounts.setIamPolicy',
  'iam.serviceAccounts.enable',
  'iam.serviceAccountKeys.create',
  'iam.roles.update',
  'iam.roles.undelete',
  'resourcemanager.projects.setIamPolicy',
  'storage.objects.create',
  'storage.objects.delete',
];

/** Every change that somebody could make. */
export function powersIn(world: World, object: ChainObject | undefined): Power[] {
  const powers: Power[] = [];
  for (const on of containersOf(world)) {
    const kind = on.split('/')[0];
    const needs = [[`resourcemanager.${kind}.setIamPolicy`, on]] as const;
    powers.push({
      name: `set the policy of a ${kind?.slice(0, -1)}`,
      needs,
      on,
      use: grantAll(on),
    });
  }
  for (const account of world.accounts) powers.push(...accountPowers(account));
  for (const { name } of world.roles) powers.push(...rolePowers(name));
  for (const policy of world.denyPolicies) {
    powers.push({
      name: 'delete a deny policy',
      needs: [['iam.denypolicies.delete', policy.attachedTo]],
      on: `${policy.attachedTo}/denypolicies/${policy.name}`,
      use(changed) {
        changed.denyPolicies = changed.denyPolicies.filter(
          ({ name, attachedTo }) => name !== policy.name || attachedTo !== policy.attachedTo,
        );
      },
    });
  }
  for (const { email, members, owners = [], managers = [] } of world.groups) {
    powers.push({
      name: 'join a group',
      needs: [],
      managers: [...owners, ...managers],
      on: `groups/${email}`,
      use(changed, joining) {
        const group = changed.groups.find((one) => one.email === email);
        if (group) group.members = [...new Set([...members, ...group.members, ...joining])];
      },
    });
  }
  if (object) powers.push(...objectPowers(object));
  return powers;
}

function rolePowers(name: string): Power[] {
  const parent = name.split('/roles/')[0] ?? '';
  const find = (world: World) => world.roles.find((role) => role.name === name);
  return [
    {
      name: 'edit a role',
      needs: [['iam.roles.update', parent]],
      on: name,
      use(world) {
        const role = find(world);
        // A deleted role cannot be edited. What it has already may be of use.
        if (role && !role.deleted) {
          const includedPermissions = [...new Set([...role.includedPermissions, ...EVERYTHING])];
          Object.assign(role, { includedPermissions, stage: 'GA' });
        }
      },
    },
    {
      name: 'undelete a role',
      needs: [['iam.roles.undelete', parent]],
      on: name,
      use(world) {
        const role = find(world);
        if (role) role.deleted = false;
      },
    },
  ];
}

/** Who replaces an object creates the new one and deletes the old one. */
function objectPowers({ bucket, name }: ChainObject): Power[] {
  const on = `buckets/${bucket}`;
  return [
    {
      name: 'write the chain file',
      needs: [
        ['storage.objects.create', `${on}/objects/${name}`],
        ['storage.objects.delete', `${on}/objects/${name}`],
      ],
      on: `${on}/${name}`,
      use() {},
      commandsCaller: true,
    },
    {
      name: 'set the policy of the bucket',
      needs: [['storage.buckets.setIamPolicy', on]],
      on,
      use: grantAll(on),
    },
  ];
}

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/move */
export function movesIn(world: World): Power[] {
  const parents = [organizationOf(world), ...world.folders.map(({ id }) => `folders/${id}`)];
  return world.projects.flatMap((project) =>
    parents
      .filter((to) => to !== project.parent)
      .map((to) => ({
        name: 'move a project',
        needs: [project.parent, to, `projects/${project.id}`].map(
          (on) => ['resourcemanager.projects.move', on] as const,
        ),
        on: `projects/${project.id}`,
        to,
        use(changed: World) {
          const moved = changed.projects.find(({ id }) => id === project.id);
          if (moved) moved.parent = to;
        },
      })),
  );
}
