import { denialsOf, isDeniedTo } from '../../../shared/domain/iam/deny-rules.ts';
import type { HopState } from '../../../shared/domain/iam/evaluate-hop.ts';
import { type Member, parseMember } from '../../../shared/domain/iam/member.ts';
import type { DenyRule } from '../../../shared/domain/iam/policy.ts';
import { some } from '../../../shared/domain/iam/three-valued.ts';
import { grantedToRelay, type Parts, READER, RELAY, stateOf } from './snapshots.ts';

const deny = (rule: Partial<DenyRule>): DenyRule => ({
  deniedPrincipals: ['principalSet://goog/public:all'],
  exceptionPrincipals: [],
  deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
  exceptionPermissions: [],
  ...rule,
});
const denied = (rule: Partial<DenyRule>, container = 'projects/acme-data'): Parts => ({
  ...grantedToRelay,
  deny: { [container]: [deny(rule)] },
});

/** Principals that could be the account. Google documents none of these forms for a deny rule. */
const UNDOCUMENTED = [
  { form: 'the account as a person', principal: `principal://goog/subject/${RELAY}` },
  {
    form: 'the account with its project',
    principal: `principal://iam.googleapis.com/projects/acme-ops/serviceAccounts/${RELAY}`,
  },
  {
    form: 'the unique ID of the account',
    principal: 'principal://iam.googleapis.com/projects/-/serviceAccounts/100000000000000000002',
  },
  { form: 'the account as a member of an allow policy', principal: `serviceAccount:${RELAY}` },
  { form: 'everyone as in an allow policy', principal: 'allUsers' },
  {
    form: 'all accounts of a project by its ID',
    principal:
      'principalSet://cloudresourcemanager.googleapis.com/projects/acme-ops/type/ServiceAccount',
  },
  {
    form: 'a set without a type',
    principal: 'principalSet://cloudresourcemanager.googleapis.com/organizations/91',
  },
];

describe('a hop that is granted, under a deny rule', () => {
  const cases: { title: string; parts: Parts; state: HopState }[] = [
    { title: 'for everyone, is denied', parts: denied({}), state: 'denied' },
    {
      title: 'of the organization, is denied',
      parts: denied({}, 'organizations/91'),
      state: 'denied',
    },
    { title: "of another account's folder, is ok", parts: denied({}, 'folders/81'), state: 'ok' },
    {
      title: 'for the account, is denied',
      parts: denied({
        deniedPrincipals: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${RELAY}`],
      }),
      state: 'denied',
    },
    {
      title: 'for another account, is ok',
      parts: denied({
        deniedPrincipals: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${READER}`],
      }),
      state: 'ok',
    },
    {
      title: 'that may be for another account alone, is ok',
      parts: denied({
        deniedPrincipals: [
          `principal://goog/subject/${READER}`,
          `principal://iam.googleapis.com/projects/acme-data/serviceAccounts/${READER}`,
        ],
      }),
      state: 'ok',
    },
    {
      title: 'for another permission, is ok',
      parts: denied({ deniedPermissions: ['iam.googleapis.com/serviceAccounts.signJwt'] }),
      state: 'ok',
    },
    {
      title: 'for all permissions on accounts, is denied',
      parts: denied({ deniedPermissions: ['iam.googleapis.com/serviceAccounts.*'] }),
      state: 'denied',
    },
    {
      title: 'for a text that is not a permission, is ok',
      parts: denied({ deniedPermissions: ['iam.googleapis.com/serviceAccounts'] }),
      state: 'ok',
    },
    {
      title: 'that excepts the permission, is ok',
      parts: denied({
        deniedPermissions: ['iam.googleapis.com/*.*'],
        exceptionPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
      }),
      state: 'ok',
    },
    {
      title: 'that excepts the account, is ok',
      parts: denied({
        exceptionPrincipals: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${RELAY}`],
      }),
      state: 'ok',
    },
    {
      title: 'that excepts a group, is unknown',
      parts: denied({ exceptionPrincipals: ['principalSet://goog/group/oncall@acme.com'] }),
      state: 'unknown',
    },
    {
      title: 'for a group, is unknown',
      parts: denied({ deniedPrincipals: ['principalSet://goog/group/oncall@acme.com'] }),
      state: 'unknown',
    },
    {
      title: 'with a condition on a tag, is unknown',
      parts: denied({ condition: { expression: 'resource.matchTag("acme/env", "prod")' } }),
      state: 'unknown',
    },
    {
      title: 'with a condition that Google does not support in a deny rule, is unknown',
      parts: denied({
        condition: { expression: 'request.time < timestamp("2026-11-23T00:00:00Z")' },
      }),
      state: 'unknown',
    },
    {
      title: 'with a condition that does not hold, is unknown: Google may refuse it',
      parts: denied({ condition: { expression: 'false' } }),
      state: 'unknown',
    },
    {
      title: 'for all accounts of its project, is denied',
      parts: denied({
        deniedPrincipals: [
          'principalSet://cloudresourcemanager.googleapis.com/projects/700000000001/type/ServiceAccount',
        ],
      }),
      state: 'denied',
    },
    ...UNDOCUMENTED.map(({ form, principal }) => ({
      title: `for ${form}, a form that Google does not document there, is unknown`,
      parts: denied({ deniedPrincipals: [principal] }),
      state: 'unknown' as const,
    })),
    ...UNDOCUMENTED.map(({ form, principal }) => ({
      title: `that excepts ${form}, a form that Google does not document there, is unknown`,
      parts: denied({ exceptionPrincipals: [principal] }),
      state: 'unknown' as const,
    })),
    {
      title: 'that could not be read, is unknown',
      parts: { ...grantedToRelay, unreadDeny: ['folders/82'] },
      state: 'unknown',
    },
  ];
  it.each(cases)('$title', ({ parts, state }) => {
    expect(stateOf(parts)).toBe(state);
  });

  it('is denied even if nothing grants it', () => {
    expect(stateOf({ deny: { 'folders/82': [deny({})] } })).toBe('denied');
  });
});

describe('the question for all permissions at once', () => {
  const OTHER = 'iam.googleapis.com/serviceAccounts.signJwt';
  const PRINCIPALS = [
    'principal://goog/subject/ada@acme.com',
    'principal://goog/subject/eve@acme.com',
    `principal://iam.googleapis.com/projects/-/serviceAccounts/${RELAY}`,
    'principalSet://goog/group/ops@acme.com',
    'principalSet://goog/public:all',
    'deleted:principal://iam.googleapis.com/projects/-/serviceAccounts/a@b.c?uid=5',
    'something else',
  ];
  const groups = { including: new Set(['ops@acme.com']), known: new Set(['ops@acme.com']) };
  const MEMBERS: readonly { title: string; member: Member }[] = [
    { title: 'a user', member: parseMember('user:Ada@acme.com') },
    { title: 'a user of a group', member: { is: 'user', email: 'eve@acme.com', groups } },
    { title: 'an account', member: parseMember(`serviceAccount:${RELAY}`) },
    { title: 'an account with a unique ID alone', member: { is: 'account', uniqueId: '5' } },
    { title: 'a group', member: parseMember('group:ops@acme.com') },
    { title: 'everyone', member: parseMember('allUsers') },
    { title: 'an unknown form', member: parseMember('user') },
  ];
  it.each(MEMBERS)('has the same answer as the question for each rule: $title', ({ member }) => {
    for (const denied of PRINCIPALS) {
      for (const excepted of [undefined, ...PRINCIPALS]) {
        const rule = deny({
          deniedPrincipals: [denied, PRINCIPALS[1] ?? ''],
          exceptionPrincipals: excepted === undefined ? [] : [excepted],
        });
        const more = deny({ deniedPrincipals: [denied], deniedPermissions: [OTHER] });
        const policies = [{ name: 'p', rules: [rule, more] }];
        const isDenied = isDeniedTo(policies, member);
        for (const name of ['getAccessToken', 'signJwt', 'signBlob']) {
          const permission = `iam.serviceAccounts.${name}`;
          const each = denialsOf(policies, member, permission).map(({ denies }) => denies);
          expect({ denied, excepted, name, is: isDenied(permission) }).toEqual({
            denied,
            excepted,
            name,
            is: some(each),
          });
        }
      }
    }
  });
});
