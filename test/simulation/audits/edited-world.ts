import { LIFETIME_CONSTRAINT } from '../../../shared/domain/iam/lifetime-policy.ts';
import { chain, file as plain } from '../../domain/audit/audit-world.ts';
import { CREATOR, READER, RELAY } from '../../domain/iam/snapshots.ts';
import { AUDITOR, member, seed } from '../../functions/audit/alerts/changing-world.ts';

export const ROOT = 'user:root@acme.com';
export const DEPLOYER = 'deployer@acme-ops.iam.gserviceaccount.com';
export const DEPLOYER_ID = '100000000000000000009';
export const ROLE = 'projects/acme-data/roles/mayMint';
export const GROUPS = ['ops@acme.com', 'inner@acme.com'];
export const BUCKET = 'acme-chains';
export const SECRET = chain.secret;

export const lifetimes = (...allowedValues: string[]) => ({
  [LIFETIME_CONSTRAINT]: { allowedValues },
});
const bind = (role: string, ...members: string[]) => ({ role, members });

/** Everything that an edit needs. */
const everything = [
  'owner',
  'storage.admin',
  'secretmanager.admin',
  'resourcemanager.organizationAdmin',
  'resourcemanager.folderAdmin',
  'resourcemanager.projectMover',
  'resourcemanager.tagAdmin',
  'iam.securityAdmin',
  'iam.denyAdmin',
  'iam.organizationRoleAdmin',
  'iam.serviceAccountAdmin',
  'iam.serviceAccountKeyAdmin',
  'orgpolicy.policyAdmin',
].map((name) => bind(`roles/${name}`, ROOT));
const SHUTTING_DOWN = 'organizations/91/roles/shutsDown';

/** A chain whose lifetime an organization policy allows, and whose published file is in a bucket. */
export const FILE = {
  ...plain,
  chains: [{ ...chain, credential: { ...chain.credential, lifetimeSeconds: 7200 } }],
  publishTo: `gs://${BUCKET}/chains.jsonl`,
};

/** Folders, groups, tags, a custom role, an account that leads to others, a secret and a bucket, for edits of every kind. */
export const WORLD = {
  ...seed,
  organization: {
    id: '91',
    policy: {
      bindings: [...seed.organization.policy.bindings, ...everything, bind(SHUTTING_DOWN, ROOT)],
    },
    orgPolicies: lifetimes(READER),
  },
  folders: [
    { id: '81', parent: 'organizations/91' },
    { id: '82', parent: 'organizations/91' },
    { id: '83', parent: 'folders/82' },
  ],
  projects: seed.projects.map((one) => ({ ...one, parent: 'folders/81' })),
  accounts: [
    ...seed.accounts,
    {
      email: DEPLOYER,
      uniqueId: DEPLOYER_ID,
      policy: { bindings: [bind(CREATOR, 'user:zoe@acme.com', `group:${GROUPS[0]}`)] },
    },
  ],
  roles: [
    { name: ROLE, includedPermissions: ['iam.serviceAccounts.getAccessToken'] },
    {
      name: SHUTTING_DOWN,
      includedPermissions: ['resourcemanager.projects.delete', 'resourcemanager.projects.undelete'],
    },
  ],
  groups: [
    { email: GROUPS[0], members: [`group:${GROUPS[1]}`], owners: ['user:olga@acme.com'] },
    { email: GROUPS[1], members: ['user:ira@acme.com'] },
  ],
  cloudIdentity: { groupReaders: [member(AUDITOR)] },
  tagKeys: [
    {
      name: 'tagKeys/1',
      parent: 'organizations/91',
      shortName: 'env',
      values: [{ name: 'tagValues/1', shortName: 'prod' }],
    },
  ],
  secrets: [{ name: SECRET, labels: { 'managed-by': 'hopmint' } }],
  buckets: [...seed.buckets, { name: BUCKET, project: 'acme-ops' }],
};

export const ACCOUNTS = [READER, RELAY, DEPLOYER];
