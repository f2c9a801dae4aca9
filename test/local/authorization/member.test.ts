import { memberIncludes } from '../../../local/authorization/member.ts';
import { type Principal, principalOf } from '../../../local/core/principal.ts';
import { createState } from '../../../local/state/state.ts';
import { seedWorld } from '../../../local/world/seed.ts';

const relay = 'relay@acme-ops.iam.gserviceaccount.com';
const POOL = 'iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/ci';

const state = createState();
seedWorld(state, {
  organization: { id: '900000000001' },
  projects: [
    {
      id: 'acme-ops',
      number: '700000000001',
      parent: 'organizations/900000000001',
      policy: {
        bindings: [
          { role: 'roles/editor', members: ['user:ada@acme.com'] },
          { role: 'roles/viewer', members: [`serviceAccount:${relay}`] },
        ],
      },
    },
  ],
  accounts: [{ email: relay, uniqueId: '100000000000000000001' }],
  groups: [
    { email: 'oncall@acme.com', members: ['group:ops@acme.com'] },
    { email: 'ops@acme.com', members: ['user:ada@acme.com', `serviceAccount:${relay}`] },
  ],
});
const account = state.accountsByEmail.get(relay);
if (!account) throw new Error('the world has this account');
const PRINCIPALS = {
  ada: { member: 'user:ada@acme.com', email: 'ada@acme.com', scopes: [] },
  eve: { member: 'user:eve@other.com', email: 'eve@other.com', scopes: [] },
  relay: principalOf(account),
  build: { member: `principal://${POOL}/subject/build`, email: '', scopes: [] },
} satisfies Record<string, Principal>;
const accountsIn = (container: string) =>
  `principalSet://cloudresourcemanager.googleapis.com/${container}/type/ServiceAccount`;

describe('memberIncludes', () => {
  it.each([
    { situation: 'a user', member: 'user:ada@acme.com', included: ['ada'] },
    { situation: 'a user in capitals', member: 'user:ADA@acme.com', included: ['ada'] },
    { situation: 'a user with the email of an account', member: `user:${relay}`, included: [] },
    {
      situation: 'a service account',
      member: `serviceAccount:${relay}`,
      included: ['relay'],
    },
    {
      situation: 'a service account with the email of a user',
      member: 'serviceAccount:ada@acme.com',
      included: [],
    },
    {
      situation: 'a deleted account',
      member: `deleted:serviceAccount:${relay}?uid=100000000000000000001`,
      included: [],
    },
    { situation: 'a domain of users', member: 'domain:acme.com', included: ['ada'] },
    {
      situation: 'a domain of service accounts',
      member: 'domain:acme-ops.iam.gserviceaccount.com',
      included: [],
    },
    {
      situation: 'a group that contains a group',
      member: 'group:oncall@acme.com',
      included: ['ada', 'relay'],
    },
    { situation: 'an unknown group', member: 'group:nobody@acme.com', included: [] },
    { situation: 'all users', member: 'allUsers', included: ['ada', 'eve', 'relay', 'build'] },
    {
      situation: 'all authenticated users',
      member: 'allAuthenticatedUsers',
      included: ['ada', 'eve', 'relay', 'build'],
    },
    { situation: 'the editors of a project', member: 'projectEditor:acme-ops', included: ['ada'] },
    {
      situation: 'the viewers of a project by its number',
      member: 'projectViewer:700000000001',
      included: ['relay'],
    },
    {
      situation: 'the owners of a project without owners',
      member: 'projectOwner:acme-ops',
      included: [],
    },
    {
      situation: 'a user as a principal',
      member: 'principal://goog/subject/ada@acme.com',
      included: ['ada'],
    },
    {
      situation: 'an account as a principal of users',
      member: `principal://goog/subject/${relay}`,
      included: [],
    },
    {
      situation: 'an account as a principal',
      member: `principal://iam.googleapis.com/projects/-/serviceAccounts/${relay}`,
      included: ['relay'],
    },
    {
      situation: 'a group as a principal set',
      member: 'principalSet://goog/group/ops@acme.com',
      included: ['ada', 'relay'],
    },
    {
      situation: 'everyone as a principal set',
      member: 'principalSet://goog/public:all',
      included: ['ada', 'eve', 'relay', 'build'],
    },
    {
      situation: 'a federated subject',
      member: `principal://${POOL}/subject/build`,
      included: ['build'],
    },
    {
      situation: 'another federated subject',
      member: `principal://${POOL}/subject/other`,
      included: [],
    },
    { situation: 'a whole pool', member: `principalSet://${POOL}/*`, included: ['build'] },
    {
      situation: 'the accounts of a project by its number',
      member: accountsIn('projects/700000000001'),
      included: ['relay'],
    },
    {
      situation: 'the accounts of an organization',
      member: accountsIn('organizations/900000000001'),
      included: ['relay'],
    },
    {
      situation: 'the accounts of another organization',
      member: accountsIn('organizations/900000000002'),
      included: [],
    },
  ])('finds $included in $situation', ({ member, included }) => {
    const found = Object.entries(PRINCIPALS)
      .filter(([, principal]) => memberIncludes(state, member, principal))
      .map(([name]) => name);
    expect(found).toEqual(included);
  });
});
