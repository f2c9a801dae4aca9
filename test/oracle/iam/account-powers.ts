import { grantAll, type Power } from './power.ts';
import { type Account, accountResource, type World } from './world.ts';

/** What somebody could do with an account. */
export function accountPowers({ email, uniqueId, deleted }: Account): Power[] {
  const on = accountResource(email);
  const find = (world: World) => world.accounts.find((one) => one.uniqueId === uniqueId);
  if (deleted) {
    return [
      {
        name: 'undelete an account',
        needs: [['iam.serviceAccounts.undelete', on]],
        on: accountResource(uniqueId).replace(
          /^projects\/[^/]*/,
          on.split('/serviceAccounts')[0] ?? '',
        ),
        use(world) {
          const account = find(world);
          if (account) account.deleted = false;
          revive(world, email, uniqueId);
        },
      },
    ];
  }
  return [
    {
      name: 'set the policy of an account',
      needs: [['iam.serviceAccounts.setIamPolicy', on]],
      on,
      use: grantAll(on),
    },
    {
      name: 'create a key',
      needs: [['iam.serviceAccountKeys.create', on]],
      on,
      use() {},
      keyOf: email,
    },
    {
      name: 'enable an account',
      needs: [['iam.serviceAccounts.enable', on]],
      on,
      use(world) {
        const account = find(world);
        if (account) account.disabled = false;
      },
    },
  ];
}

/** A member that names the deleted account is a member again. */
function revive(world: World, email: string, uniqueId: string): void {
  const dead = `deleted:serviceAccount:${email}?uid=${uniqueId}`;
  const holders = [
    world.organization,
    ...world.folders,
    ...world.projects,
    ...world.accounts,
    ...world.buckets,
  ];
  for (const { policy } of holders) {
    for (const binding of policy?.bindings ?? []) {
      binding.members = binding.members.map((one) =>
        one === dead ? `serviceAccount:${email}` : one,
      );
    }
  }
}
