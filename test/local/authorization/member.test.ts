import { memberIncludes } from '../../../local/authorization/member.ts';
import type { Principal } from '../../../local/core/principal.ts';
import { principalOf } from '../../../local/core/principal.ts';
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
if (!account) throw new Error('the world has its account');
const principals = {
  ada: { member: 'user:ada@acme.com', email: 'ada@acme.com', scopes: [] },
  eve: { member: 'user:eve@other.com', email: 'eve@other.com', scopes: [] },
  relay: principalOf(account),
  build: { member: `principal://${POOL}/subject/build`, email: '', scopes: [] },
} satisfies Record<string, Principal>;

/** What a member of a binding, or a principal of a deny rule, holds. */
describe('The member', () => {
  const cases: [member: string, ...holds: (keyof typeof principals)[]][] = [
    ['user:ada@acme.com', 'ada'],
    ['user:ADA@acme.com', 'ada'],
    [`user:${relay}`],
    [`serviceAccount:${relay}`, 'relay'],
    ['serviceAccount:ada@acme.com'],
    [`deleted:serviceAccount:${relay}?uid=100000000000000000001`],
    ['domain:acme.com', 'ada'],
    ['domain:acme-ops.iam.gserviceaccount.com'],
    ['group:oncall@acme.com', 'ada', 'relay'],
    ['group:nobody@acme.com'],
    ['allUsers', 'ada', 'eve', 'relay', 'build'],
    ['allAuthenticatedUsers', 'ada', 'eve', 'relay', 'build'],
    ['projectEditor:acme-ops', 'ada'],
    ['projectViewer:700000000001', 'relay'],
    ['projectOwner:acme-ops'],
    ['principal://goog/subject/ada@acme.com', 'ada'],
    [`principal://goog/subject/${relay}`],
    [`principal://iam.googleapis.com/projects/-/serviceAccounts/${relay}`, 'relay'],
    ['principalSet://goog/group/ops@acme.com', 'ada', 'relay'],
    ['principalSet://goog/public:all', 'ada', 'eve', 'relay', 'build'],
    [`principal://${POOL}/subject/build`, 'build'],
    [`principal://${POOL}/subject/other`],
    [`principalSet://${POOL}/*`, 'build'],
    [
      'principalSet://cloudresourcemanager.googleapis.com/projects/700000000001/type/ServiceAccount',
      'relay',
    ],
    [
      'principalSet://cloudresourcemanager.googleapis.com/organizations/900000000001/type/ServiceAccount',
      'relay',
    ],
    [
      'principalSet://cloudresourcemanager.googleapis.com/organizations/900000000002/type/ServiceAccount',
    ],
  ];
  it.each(cases)('%s', (member, ...holds) => {
    const held = Object.entries(principals)
      .filter(([, principal]) => memberIncludes(state, member, principal))
      .map(([name]) => name);
    expect(held).toEqual(holds);
  });
});
