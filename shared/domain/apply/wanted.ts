import { type Account, idOf } from '../chain/account.ts';
import type { ChainFile } from '../chain/chain.ts';
import { AUTOMATIC, type Replication } from '../chain/replication.ts';
import { hopRoleOf, type Serves, sharedHopsOf } from '../grants/hop-role.ts';
import type { RoleDefinition } from '../iam/role.ts';
import type { ServiceAccount } from '../iam/snapshot.ts';
import { resourceOfAccount } from '../iam/snapshot.ts';

export type WantedRole = RoleDefinition & {
  readonly name: string;
  readonly serves: readonly Serves[];
};

export type WantedSecret = {
  readonly name: string;
  readonly chain: string;
  readonly replication: Replication;
};

/** A member that needs permissions on a resource, and the role to grant if it does not have them yet. */
export type WantedGrant = {
  readonly resource: string;
  readonly member: string;
  readonly role: string;
  readonly permissions: readonly string[];
  /** `grantFor` applies only to hops. */
  readonly isHop: boolean;
  /** Of a workload that reads the secret. */
  readonly isReader: boolean;
  readonly serves: readonly Serves[];
};

/** Everything that a chain file needs in IAM and Secret Manager. */
export type Wanted = {
  readonly roles: readonly WantedRole[];
  readonly secrets: readonly WantedSecret[];
  readonly grants: readonly WantedGrant[];
};

const READER = {
  role: 'roles/secretmanager.secretAccessor',
  permissions: ['secretmanager.versions.access'],
};

/** @see `deploy/roles.json` */
export const MINTER_ROLE_ID = 'hopmintMinter';

export const projectOfResource = (resource: string): string => resource.split('/')[1] ?? '';

/**
 * @param accounts by `idOf`; no grant is made to or on an account that is missing or was not read
 * @param minterRole the role of the caller on each secret
 */
export function wantedOf(
  file: ChainFile,
  accounts: ReadonlyMap<string, ServiceAccount | 'missing'>,
  minterRole: RoleDefinition,
): Wanted {
  const live = (account: Account): ServiceAccount | undefined => {
    const known = accounts.get(idOf(account));
    return known === 'missing' ? undefined : known;
  };
  const roles = new Map<string, RoleDefinition>();
  const caller = live(file.caller);

  const onSecrets = file.chains.flatMap((chain): WantedGrant[] => {
    const role = `projects/${projectOfResource(chain.secret)}/roles/${MINTER_ROLE_ID}`;
    roles.set(role, minterRole);
    const common = { resource: chain.secret, isHop: false, serves: [{ chain: chain.name }] };
    const { permissions } = minterRole;
    return [
      ...(caller
        ? [{ ...common, isReader: false, member: memberOf(caller), role, permissions }]
        : []),
      ...(chain.readers ?? []).map((member) => ({ ...common, ...READER, isReader: true, member })),
    ];
  });

  const onAccounts = sharedHopsOf(file).flatMap(({ hop, serves }): WantedGrant[] => {
    const [from, to] = [live(hop.from), live(hop.to)];
    if (!from || !to) return [];
    const { role, definition } = hopRoleOf(hop.permission, file.grants, to.projectId);
    if (definition) roles.set(role, definition);
    return [
      {
        resource: resourceOfAccount(to),
        member: memberOf(from),
        role,
        permissions: [hop.permission],
        isHop: true,
        isReader: false,
        serves,
      },
    ];
  });

  const grants = merged([...onSecrets, ...onAccounts]);
  const servedBy = Map.groupBy(grants, ({ role }) => role);
  return {
    roles: [...roles].map(([name, definition]) => ({
      name,
      ...definition,
      serves: (servedBy.get(name) ?? []).flatMap(({ serves }) => serves),
    })),
    secrets: file.chains.map(({ name: chain, secret: name, replication = AUTOMATIC }) => ({
      name,
      chain,
      replication,
    })),
    grants,
  };
}

export const memberOf = ({ email }: ServiceAccount): string => `serviceAccount:${email}`;

/** Merges equal grants. Two are equal if one names the account by email and the other by unique ID. */
function merged(grants: readonly WantedGrant[]): WantedGrant[] {
  const same = Map.groupBy(grants, ({ resource, role, member }) =>
    JSON.stringify([resource, role, member]),
  );
  return [...same.values()].flatMap((all) => {
    const [first] = all;
    if (!first) return [];
    const permissions = [...new Set(all.flatMap((grant) => grant.permissions))];
    return [{ ...first, permissions, serves: all.flatMap((grant) => grant.serves) }];
  });
}
