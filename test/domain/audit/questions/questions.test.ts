import { accessOf } from '../../../../shared/domain/audit/access/find-access.ts';
import { parseMemberText } from '../../../../shared/domain/audit/questions/member.ts';
import { principalAnswer } from '../../../../shared/domain/audit/questions/principal.ts';
import { principalsOf } from '../../../../shared/domain/audit/questions/principals.ts';
import { searchFor } from '../../../../shared/domain/audit/questions/search.ts';
import { finish } from '../../../../shared/domain/basics/steps.ts';
import type { ChainFile } from '../../../../shared/domain/chain/chain.ts';
import {
  account,
  MINTER,
  now,
  READER,
  READER_POLICY,
  role,
  snapshot,
} from '../../iam/snapshots.ts';
import {
  chain,
  DEPLOYER,
  DEPLOYER_POLICY,
  deployer,
  file,
  grant,
  MINTER_POLICY,
  minter,
  needed,
  others,
  type Parts,
  RELAY_POLICY,
  relay,
  user,
  withGrants,
} from '../audit-world.ts';

const searchIn = (parts: Parts, edit: Partial<ChainFile> = {}) => {
  const whole = { ...file, ...edit };
  const read = snapshot(parts);
  const access = accessOf(whole, read, now);
  return finish(searchFor({ file: whole, chain, snapshot: read, access, now }));
};
const answerOf = (member: string, parts: Parts, edit?: Partial<ChainFile>) =>
  finish(principalAnswer(searchIn(parts, edit), member));
const listOf = (parts: Parts, edit?: Partial<ChainFile>) =>
  finish(principalsOf(searchIn(parts, edit))).map(({ member, answer, declared }) =>
    [member.split('@')[0], answer, declared].join(' '),
  );

const FROM_DECEMBER = 'request.time >= timestamp("2026-12-01T00:00:00Z")';
const SECRET = chain.secret;
const OPEN_ID = 'roles/iam.serviceAccountOpenIdTokenCreator';
const ACCESSOR = 'roles/secretmanager.secretAccessor';
const accounts = { [DEPLOYER]: others[DEPLOYER] };
const NUMBER = 'projects/700000000001';

describe('whether a member can get a credential', () => {
  const eve = withGrants(READER_POLICY, grant(user));
  const oncall = (isComplete: boolean) => ({
    ...withGrants(READER_POLICY, grant('group:oncall@acme.com')),
    groups: { 'oncall@acme.com': { members: [user], administrators: [], isComplete } },
  });
  const rows: {
    title: string;
    member?: string;
    parts: Parts;
    says: string;
    declared?: string;
    edit?: Partial<ChainFile>;
  }[] = [
    { title: 'is yes for a member of a binding on the target', parts: eve, says: 'yes' },
    { title: 'is no without a grant', parts: { bindings: needed }, says: 'no' },
    {
      title: 'is no for a grant that has ended',
      parts: withGrants(
        READER_POLICY,
        grant(user, undefined, 'request.time < timestamp("2026-01-01T00:00:00Z")'),
      ),
      says: 'no',
    },
    {
      title: 'is yes for a grant that begins later',
      parts: withGrants(READER_POLICY, grant(user, undefined, FROM_DECEMBER)),
      says: 'yes',
    },
    {
      title: 'is possible for a condition that nobody can decide',
      parts: withGrants(READER_POLICY, grant(user, undefined, 'resource.name == "x"')),
      says: 'possible',
    },
    {
      title: 'is no for a member that mints another kind alone',
      parts: withGrants(READER_POLICY, grant(user, OPEN_ID)),
      says: 'no',
    },
    {
      title: 'is no for a member that only writes the secret',
      parts: withGrants(SECRET, grant(user, 'roles/secretmanager.secretVersionManager')),
      says: 'no',
    },
    {
      title: 'is yes for a member that reads the secret',
      parts: withGrants(SECRET, grant(user, ACCESSOR)),
      says: 'yes',
    },
    {
      title: 'is yes for a member of a group that was read',
      parts: oncall(true),
      says: 'yes',
    },
    {
      title: 'is no for somebody outside a group that was read',
      member: 'user:adam@acme.com',
      parts: oncall(true),
      says: 'no',
    },
    {
      title: 'is possible for somebody outside a group with members that nobody knows',
      member: 'user:adam@acme.com',
      parts: oncall(false),
      says: 'possible',
    },
    {
      title: 'is possible for anyone if a group was not read',
      parts: withGrants(READER_POLICY, grant('group:oncall@acme.com')),
      says: 'possible',
    },
    {
      title: 'is yes for an account of a project with a grant',
      member: deployer,
      parts: {
        accounts,
        ...withGrants(
          READER_POLICY,
          grant(`principalSet://cloudresourcemanager.googleapis.com/${NUMBER}/type/ServiceAccount`),
        ),
      },
      says: 'yes',
    },
    {
      title: 'is yes for an identity of a pool with a grant',
      member: `principal://iam.googleapis.com/${NUMBER}/locations/global/workloadIdentityPools/ci/subject/main`,
      parts: withGrants(
        READER_POLICY,
        grant(
          `principalSet://iam.googleapis.com/${NUMBER}/locations/global/workloadIdentityPools/ci/*`,
        ),
      ),
      says: 'yes',
    },
    {
      title: 'is no for an identity of another pool',
      member: `principal://iam.googleapis.com/${NUMBER}/locations/global/workloadIdentityPools/cd/subject/main`,
      parts: withGrants(
        READER_POLICY,
        grant(
          `principalSet://iam.googleapis.com/${NUMBER}/locations/global/workloadIdentityPools/ci/*`,
        ),
      ),
      says: 'no',
    },
    {
      title: 'is yes for everyone with a Google account, if they have a grant',
      parts: withGrants(READER_POLICY, grant('allAuthenticatedUsers')),
      says: 'yes',
    },
    {
      title: 'is no for a federated identity, if everyone with a Google account has a grant',
      member: `principal://iam.googleapis.com/${NUMBER}/locations/global/workloadIdentityPools/ci/subject/main`,
      parts: withGrants(READER_POLICY, grant('allAuthenticatedUsers')),
      says: 'no',
    },
    {
      title: 'is no for a member of a group that a deny rule names itself',
      parts: {
        ...oncall(true),
        deny: {
          'projects/acme-data': [
            {
              deniedPrincipals: ['principal://goog/subject/eve@acme.com'],
              exceptionPrincipals: [],
              deniedPermissions: ['iam.googleapis.com/serviceAccounts.*'],
              exceptionPermissions: [],
            },
          ],
        },
      },
      says: 'no',
    },
    {
      title: 'is possible for a disabled account',
      member: deployer,
      parts: {
        accounts: { [DEPLOYER]: account(DEPLOYER, '100000000000000000011', true) },
        ...withGrants(READER_POLICY, grant(deployer)),
      },
      says: 'possible',
    },
    {
      title: 'is yes for a member that can enable the disabled target and mint it',
      parts: {
        accounts: { [READER]: account(READER, '100000000000000000003', true) },
        roles: [role('roles/enabler', ['iam.serviceAccounts.enable'])],
        ...withGrants(READER_POLICY, grant(user), grant(user, 'roles/enabler')),
      },
      says: 'yes',
    },
    {
      title: 'is possible for a member that needs somebody else to enable the target',
      parts: {
        accounts: { [READER]: account(READER, '100000000000000000003', true) },
        ...withGrants(READER_POLICY, grant(user)),
      },
      says: 'possible',
    },
    {
      title: 'is yes for a denied member that can delete the deny policy',
      parts: {
        bindings: {
          ...needed,
          [READER_POLICY]: [grant(relay), grant(user)],
          'projects/acme-data': [grant(user, 'roles/iam.denyAdmin')],
        },
        deny: {
          'projects/acme-data': [
            {
              deniedPrincipals: ['principal://goog/subject/eve@acme.com'],
              exceptionPrincipals: [],
              deniedPermissions: ['iam.googleapis.com/serviceAccounts.*'],
              exceptionPermissions: [],
            },
          ],
        },
      },
      says: 'yes',
    },
    {
      title: 'is unknown if a policy was not read',
      parts: {
        bindings: needed,
        unreadPolicies: ['organizations/91'],
        unread: [{ resource: 'organizations/91', reason: 'Google answered 403' }],
      },
      says: 'unknown',
    },
    {
      title: 'is yes although a policy was not read, if another policy decides it',
      parts: {
        ...eve,
        unreadPolicies: ['organizations/91'],
        unread: [{ resource: 'organizations/91', reason: 'Google answered 403' }],
      },
      says: 'yes',
    },
    {
      title: 'is yes for the caller, and expected',
      member: minter,
      parts: { bindings: needed },
      says: 'yes',
      declared: 'caller',
    },
    {
      title: 'is yes for the target itself, and expected',
      member: 'serviceAccount:reader@acme-data.iam.gserviceaccount.com',
      parts: { bindings: needed },
      says: 'yes',
      declared: 'target',
    },
    {
      title: 'is no for a deleted member',
      member: 'deleted:user:eve@acme.com?uid=123456789012345678901',
      parts: eve,
      says: 'no',
    },
  ];
  it.each(rows)('$title', ({ member = user, parts, says, edit, declared }) => {
    const found = answerOf(member, parts, edit);
    expect([found.answer, found.declared]).toEqual([says, declared ?? null]);
  });

  it('names the steps, the kinds, the condition and the time', () => {
    const condition = 'request.time.getHours("Europe/Berlin") == 9';
    const { steps, kinds, when } = answerOf(user, {
      accounts,
      bindings: {
        ...needed,
        [RELAY_POLICY]: [grant(minter), grant(deployer)],
        [DEPLOYER_POLICY]: [grant(user, undefined, condition)],
      },
    });
    expect(steps.map(({ who, on }) => [who, on].map((text) => text.split('@')[0]))).toEqual([
      ['user:eve', 'deployer'],
      ['serviceAccount:deployer', 'relay'],
      ['serviceAccount:relay', 'reader'],
    ]);
    expect(steps[0]?.condition?.expression).toBe(condition);
    expect(kinds).toEqual(['access-token', 'id-token', 'signed-jwt', 'signed-blob']);
    expect(when?.windows[0]).toEqual({
      from: '2026-11-23T08:00:00.000Z',
      until: '2026-11-23T09:00:00.000Z',
    });
  });

  it('prefers a way that works now to one that works later, and a way that always works is longer', () => {
    const { when, steps } = answerOf(user, {
      bindings: {
        ...needed,
        [MINTER_POLICY]: [grant(user)],
        [READER_POLICY]: [grant(relay), grant(user, undefined, FROM_DECEMBER)],
      },
    });
    expect([when?.from, steps.length]).toEqual([now.toISOString(), 3]);
  });

  it('joins the times of several grants, and never says yes for a mint that ends before the next begins', () => {
    const until = 'request.time < timestamp("2026-11-23T00:00:00Z")';
    const parts = (first: string) => ({
      bindings: {
        ...needed,
        [MINTER_POLICY]: [grant(user, undefined, first)],
        [RELAY_POLICY]: [grant(minter, undefined, FROM_DECEMBER)],
      },
    });
    expect(answerOf(user, parts(until)).answer).toBe('possible');
    const later = answerOf(user, parts('request.time < timestamp("2027-01-01T00:00:00Z")'));
    expect([later.answer, later.when?.windows]).toEqual([
      'yes',
      [{ from: '2026-12-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' }],
    ]);
  });

  it('keeps what a changed policy gives after its grant has ended', () => {
    const setter = role('roles/setter', ['iam.serviceAccounts.setIamPolicy']);
    const { answer, when } = answerOf(user, {
      roles: [setter],
      bindings: {
        ...needed,
        [MINTER_POLICY]: [
          grant(user, setter.name, 'request.time < timestamp("2026-11-23T00:00:00Z")'),
        ],
        [RELAY_POLICY]: [grant(minter, undefined, FROM_DECEMBER)],
      },
    });
    expect([answer, when?.from, when?.steps]).toEqual([
      'yes',
      '2026-12-01T00:00:00.000Z',
      [now.toISOString(), '2026-12-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ]);
  });
});

describe('everyone who can get a credential', () => {
  it('has the unexpected members first, then the expected ones with the reason', () => {
    const exception = {
      account: { email: MINTER },
      member: 'group:oncall@acme.com',
      reason: 'INC-1',
      owner: 'platform@acme.com',
      expires: new Date('2027-01-01'),
    };
    const readers = ['user:ada@acme.com'];
    const found = listOf(
      {
        bindings: {
          ...needed,
          [MINTER_POLICY]: [grant('group:oncall@acme.com')],
          [SECRET]: [grant('user:ada@acme.com', ACCESSOR), grant('user:adam@acme.com', ACCESSOR)],
          [READER_POLICY]: [
            grant(relay),
            grant(user),
            grant('user:bob@acme.com', undefined, 'resource.name == "x"'),
          ],
          'projects/acme-data': [grant('user:root@acme.com', 'roles/owner')],
        },
      },
      {
        chains: [{ ...chain, readers }],
        exceptions: [exception],
        administrators: [
          {
            member: 'user:root@acme.com',
            on: 'organizations/91',
            reviewed: new Date('2026-11-01'),
          },
        ],
      },
    );
    expect(found).toEqual([
      'user:eve yes ',
      'user:adam yes ',
      'user:bob possible ',
      'serviceAccount:reader yes target',
      'serviceAccount:relay yes delegate',
      'user:root yes administrator',
      'user:ada yes reader',
      'serviceAccount:minter yes caller',
      'group:oncall yes exception',
    ]);
  });

  it('names an expected member as unexpected, if it has another way', () => {
    const shorter = listOf(withGrants(READER_POLICY, grant(minter)));
    expect(shorter).toContain('serviceAccount:minter yes ');
  });

  it('has an agent of Google, and marks it', () => {
    const agent = 'serviceAccount:service-700000000002@gcp-sa-pubsub.iam.gserviceaccount.com';
    const found = listOf(
      withGrants('projects/acme-data', grant(agent, 'roles/pubsub.serviceAgent')),
    );
    expect(found).toContain('serviceAccount:service-700000000002 yes agent');
  });
});

describe('the text of a member', () => {
  const ID = `principal://iam.googleapis.com/${NUMBER}/locations/global/workloadIdentityPools/ci/subject/main`;
  it.each([
    ['user:Ada@acme.com', 'user:ada@acme.com'],
    [' group:oncall@acme.com ', 'group:oncall@acme.com'],
    ['serviceAccount:acme.svc.id.goog[ns/ksa]', 'serviceAccount:acme.svc.id.goog[ns/ksa]'],
    ['allUsers', 'allUsers'],
    ['principalSet://goog/public:all', 'allUsers'],
    ['principal://goog/subject/ada@acme.com', 'user:ada@acme.com'],
    [ID, ID],
  ])('%s is accepted', (text, member) => {
    expect(parseMemberText(text)).toEqual({ ok: true, value: member });
  });

  it.each([
    ['ada@acme.com', 'write user:ada@acme.com or group:ada@acme.com'],
    [MINTER, `write serviceAccount:${MINTER}`],
    ['serviceAccount:ada@acme.com', 'write it as serviceAccount:relay@'],
    ['User:ada@acme.com', 'write user:'],
    ['user:ada', 'write it as user:ada@acme.com'],
    ['user:аda@acme.com', 'contains U+0430'],
    ['allusers', 'write allUsers'],
    ['104857600000000000000', 'write the email of the account'],
    ['ada', 'write it as in IAM'],
  ])('%s is refused, with what to write', (text, says) => {
    const parsed = parseMemberText(text);
    expect(parsed.ok ? '' : parsed.error).toContain(says);
  });
});
