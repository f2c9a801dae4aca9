import { everyoneIn, type GroupMembers, groupsOf } from '../../../shared/domain/iam/groups.ts';

const group = (part: Partial<GroupMembers>): GroupMembers => ({
  members: [],
  administrators: [],
  isComplete: true,
  ...part,
});

/** oncall contains ops, which contains oncall. partner contains a group that was not read. */
const GROUPS = new Map([
  [
    'oncall@acme.com',
    group({
      members: ['user:Ada@acme.com', 'group:Ops@acme.com'],
      administrators: ['user:Ada@acme.com'],
    }),
  ],
  [
    'ops@acme.com',
    group({
      members: ['serviceAccount:bot@acme-ops.iam.gserviceaccount.com', 'group:oncall@acme.com'],
      administrators: ['group:leads@acme.com'],
    }),
  ],
  ['leads@acme.com', group({ members: ['user:lea@acme.com'] })],
  ['partner@acme.com', group({ members: ['group:outside@example.com'] })],
  ['mixed@acme.com', group({ members: ['user:ada@acme.com'], isComplete: false })],
]);

describe('the groups of a member', () => {
  it('are those that include it, also through other groups', () => {
    const { including } = groupsOf(GROUPS, 'user:ada@acme.com');
    expect([...including].sort()).toEqual(['mixed@acme.com', 'oncall@acme.com', 'ops@acme.com']);
    expect([...groupsOf(GROUPS, 'user:eve@acme.com').including]).toEqual([]);
  });

  it('are known except where a group in them was not read, or has members of an unknown form', () => {
    const { known } = groupsOf(GROUPS, 'user:eve@acme.com');
    expect([...known].sort()).toEqual(['leads@acme.com', 'oncall@acme.com', 'ops@acme.com']);
  });
});

describe('everyone in a group', () => {
  it('includes the members of groups in it, and the administrators of each', () => {
    expect(everyoneIn(GROUPS, 'oncall@acme.com')).toEqual({
      members: ['user:Ada@acme.com', 'serviceAccount:bot@acme-ops.iam.gserviceaccount.com'],
      administrators: ['user:Ada@acme.com', 'user:lea@acme.com'],
    });
  });

  it('is nobody if the group was not read', () => {
    expect(everyoneIn(GROUPS, 'none@acme.com')).toEqual({ members: [], administrators: [] });
  });
});
