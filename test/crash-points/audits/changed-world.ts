import type { LocalCloud } from '../../../local/cloud.ts';
import { chain, file as oneChain } from '../../domain/audit/audit-world.ts';
import { CREATOR, READER, RELAY } from '../../domain/iam/snapshots.ts';
import { member, seed } from '../../functions/audit/alerts/changing-world.ts';

const ROLE = 'projects/acme-data/roles/mayAct';
const DEPLOYER = 'deployer@acme-ops.iam.gserviceaccount.com';
const ACT_AS = 'iam.serviceAccounts.actAs';
const MINT = 'iam.serviceAccounts.getAccessToken';
const KEY_ADMIN = 'roles/iam.serviceAccountKeyAdmin';

/** The changing world, an account that leads to the target of the chain, and a role that may do little. */
export const WORLD = {
  ...seed,
  accounts: [...seed.accounts, { email: DEPLOYER }],
  roles: [{ name: ROLE, includedPermissions: [ACT_AS] }],
};
export const FILE = { ...oneChain, chains: [{ ...chain }] };

const bind = (role: string, ...members: string[]) => ({ role, members });
const ofAccount = (email: string) =>
  `projects/${/@([^.]+)/.exec(email)?.[1]}/serviceAccounts/${email}`;

/** What an edit changes, and what it is before and after the edit. */
type Edit = {
  readonly resource: string;
  readonly change: (local: LocalCloud, isAfter: boolean) => void;
};

const policyOf = (resource: string, before: object[], after: object[]): Edit => ({
  resource,
  change: ({ state }, isAfter) => {
    const bindings = (isAfter ? after : before) as ReturnType<typeof bind>[];
    const standing = (state.policies.get(resource)?.bindings ?? []).filter(
      ({ role }) => role.startsWith('roles/') && ![CREATOR, KEY_ADMIN].includes(role),
    );
    state.policies.set(resource, { bindings: [...standing, ...bindings] });
  },
});

/** Edits that open a finding, close one, add a member, raise a severity, and add a key. */
export const EDITS: readonly Edit[] = [
  policyOf(
    ofAccount(READER),
    [bind(CREATOR, member(RELAY), member(DEPLOYER)), bind(ROLE, 'user:rob@acme.com')],
    [bind(CREATOR, member(RELAY), 'user:eve@acme.com'), bind(ROLE, 'user:rob@acme.com')],
  ),
  policyOf(ofAccount(DEPLOYER), [bind(CREATOR, 'user:zoe@acme.com')], []),
  policyOf(
    'projects/acme-data',
    [bind(CREATOR, 'user:ana@acme.com'), bind(KEY_ADMIN, 'user:kim@acme.com')],
    [bind(CREATOR, 'user:ana@acme.com', 'user:ben@acme.com')],
  ),
  {
    resource: ROLE,
    change: ({ state }, isAfter) => {
      const role = state.roles.get(ROLE);
      if (role) role.includedPermissions = isAfter ? [ACT_AS, MINT] : [ACT_AS];
    },
  },
  {
    resource: ofAccount(RELAY),
    change: ({ state }, isAfter) => {
      const account = state.accountsByEmail.get(RELAY);
      if (account) account.keys = [{ id: 'aa01' }, ...(isAfter ? [{ id: 'bb02' }] : [])];
    },
  },
];

/** Puts the world into the state before all edits, or after them. */
export function setWorld(local: LocalCloud, isAfter: boolean): void {
  for (const { change } of EDITS) change(local, isAfter);
}
