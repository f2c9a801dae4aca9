import { evaluate, type HopState } from '../../../shared/domain/iam/evaluate.ts';
import type { DenyRule } from '../../../shared/domain/iam/policy.ts';
import {
  account,
  CREATOR,
  HOP,
  READER,
  READER_POLICY,
  RELAY,
  role,
  snapshot,
} from './snapshots.ts';

const now = new Date('2026-11-22T12:00:00Z');
const relay = `serviceAccount:${RELAY}`;
const grant = (member: string, expression?: string) => ({
  role: CREATOR,
  members: [member],
  ...(expression !== undefined && { condition: { expression } }),
});
const on = (resource: string, ...bindings: { role: string; members: string[] }[]) => ({
  bindings: { [resource]: bindings },
});
const deny = (rule: Partial<DenyRule>): DenyRule => ({
  deniedPrincipals: ['principalSet://goog/public:all'],
  exceptionPrincipals: [],
  deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
  exceptionPermissions: [],
  ...rule,
});
const granted = on(READER_POLICY, grant(relay));
const denied = (rule: Partial<DenyRule>, container = 'projects/acme-data') => ({
  ...granted,
  deny: { [container]: [deny(rule)] },
});

type Parts = Parameters<typeof snapshot>[0];
const stateOf = (parts: Parts): HopState => evaluate(snapshot(parts), HOP, now).state;

describe('a hop, where Token Creator is bound', () => {
  const cases: [title: string, parts: Parts, state: HopState][] = [
    ['nowhere is missing', {}, 'missing'],
    ['on the account is ok', granted, 'ok'],
    ['on its project is ok', on('projects/acme-data', grant(relay)), 'ok'],
    ['on its folder is ok', on('folders/82', grant(relay)), 'ok'],
    ['on its organization is ok', on('organizations/91', grant(relay)), 'ok'],
    ["on another account's folder is missing", on('folders/81', grant(relay)), 'missing'],
    ["on the caller's own project is missing", on('projects/acme-ops', grant(relay)), 'missing'],
    [
      'above, where the parents of the folder could not be read, is unknown',
      {
        containers: [
          { name: 'projects/acme-data', number: 'projects/700000000002', parent: 'folders/82' },
        ],
      },
      'unknown',
    ],
    ['nowhere, with one policy unread, is unknown', { unreadPolicies: ['folders/82'] }, 'unknown'],
    [
      'on the account is ok, though a policy above is unread: it could only add',
      { ...granted, unreadPolicies: ['folders/82'] },
      'ok',
    ],
  ];
  it.each(cases)('%s', (_title, parts, state) => {
    expect(stateOf(parts)).toBe(state);
  });
});

describe('a hop, by the role that is bound', () => {
  const bound = (name: string) => on(READER_POLICY, { role: name, members: [relay] });
  const custom = 'projects/acme-data/roles/minting';
  const cases: [title: string, parts: Parts, state: HopState][] = [
    ['is ok by a narrower role with the permission', bound('roles/iam.workloadIdentityUser'), 'ok'],
    [
      'is missing by a role with another of the five',
      bound('roles/iam.serviceAccountOpenIdTokenCreator'),
      'missing',
    ],
    ['is missing by owner, which has none of them', bound('roles/owner'), 'missing'],
    [
      'is ok by a custom role with the permission',
      { ...bound(custom), roles: [role(custom, [HOP.permission])] },
      'ok',
    ],
    [
      'is missing by a custom role without it',
      { ...bound(custom), roles: [role(custom, ['iam.serviceAccounts.actAs'])] },
      'missing',
    ],
    [
      'is missing by a custom role that is disabled',
      { ...bound(custom), roles: [{ name: custom, state: 'disabled', permissions: new Set() }] },
      'missing',
    ],
    ['is unknown by a role that could not be read', bound(custom), 'unknown'],
  ];
  it.each(cases)('%s', (_title, parts, state) => {
    expect(stateOf(parts)).toBe(state);
  });
});

describe('a hop, by the member that is bound', () => {
  const cases: [title: string, member: string, state: HopState][] = [
    ['is ok for the account', relay, 'ok'],
    ['is ok for its email in capitals', `serviceAccount:${RELAY.toUpperCase()}`, 'ok'],
    ['is missing for another account', `serviceAccount:${READER}`, 'missing'],
    ['is missing for a user of that name', `user:${RELAY}`, 'missing'],
    ['is ok for everyone', 'allUsers', 'ok'],
    ['is ok for everyone with an account', 'allAuthenticatedUsers', 'ok'],
    ['is unknown for a group, whose members IAM does not tell', 'group:oncall@acme.com', 'unknown'],
    ['is missing for a domain, which has people', 'domain:acme.com', 'missing'],
    [
      // terraform-provider-google#10193 and #6532: an account made anew under its email was taken for the one before.
      'is missing for the account that was deleted before this one was created',
      `deleted:serviceAccount:${RELAY}?uid=999999999999999999999`,
      'missing',
    ],
    [
      'is unknown for the same account, undeleted a moment ago',
      `deleted:serviceAccount:${RELAY}?uid=100000000000000000002`,
      'unknown',
    ],
    [
      'is ok for the account as a principal',
      `principal://iam.googleapis.com/projects/-/serviceAccounts/${RELAY}`,
      'ok',
    ],
    [
      'is ok for the account as a principal by unique ID',
      'principal://iam.googleapis.com/projects/-/serviceAccounts/100000000000000000002',
      'ok',
    ],
    [
      'is missing for a federated identity',
      'principal://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/gh/subject/x',
      'missing',
    ],
    [
      "is ok for all accounts of the caller's project, by number",
      'principalSet://cloudresourcemanager.googleapis.com/projects/700000000001/type/ServiceAccount',
      'ok',
    ],
    [
      'is ok for all identities of its organization',
      'principalSet://cloudresourcemanager.googleapis.com/organizations/91',
      'ok',
    ],
    [
      'is missing for all accounts of another project',
      'principalSet://cloudresourcemanager.googleapis.com/projects/700000000002/type/ServiceAccount',
      'missing',
    ],
    [
      "is unknown for Google's agents of its project, which it may be one of",
      'principalSet://cloudresourcemanager.googleapis.com/projects/700000000001/type/ServiceAgent',
      'unknown',
    ],
    ['is unknown for a customer', 'principalSet://goog/cloudIdentityCustomerId/C01', 'unknown'],
    ['is unknown for the owners of a project', 'projectOwner:acme-ops', 'unknown'],
    ['is unknown for a form that we do not know', 'planet:mars', 'unknown'],
  ];
  it.each(cases)('%s', (_title, member, state) => {
    expect(stateOf(on(READER_POLICY, grant(member)))).toBe(state);
  });
});

describe('a hop, by the condition of its grant', () => {
  const cases: [title: string, expression: string, state: HopState][] = [
    ['is ok before it ends', 'request.time < timestamp("2026-11-22T12:00:01Z")', 'ok'],
    ['is missing once it has ended', 'request.time < timestamp("2026-11-22T12:00:00Z")', 'missing'],
    ['is unknown by a tag', 'resource.matchTag("acme/env", "prod")', 'unknown'],
    ['is unknown by what is not CEL', 'request.time <', 'unknown'],
  ];
  it.each(cases)('%s', (_title, expression, state) => {
    expect(stateOf(on(READER_POLICY, grant(relay, expression)))).toBe(state);
  });

  it('is ok when another binding of the same role has no condition', () => {
    const ended = grant(relay, 'request.time < timestamp("2020-01-01T00:00:00Z")');
    expect(stateOf(on(READER_POLICY, ended, grant(relay)))).toBe('ok');
  });
});

describe('a hop that is granted, under a deny policy', () => {
  const cases: [title: string, parts: Parts, state: HopState][] = [
    ['for everyone is denied', denied({}), 'denied'],
    ['of the organization is denied', denied({}, 'organizations/91'), 'denied'],
    ["of another account's folder is ok", denied({}, 'folders/81'), 'ok'],
    [
      'for the account is denied',
      denied({
        deniedPrincipals: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${RELAY}`],
      }),
      'denied',
    ],
    [
      'for somebody else is ok',
      denied({
        deniedPrincipals: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${READER}`],
      }),
      'ok',
    ],
    [
      'of another permission is ok',
      denied({ deniedPermissions: ['iam.googleapis.com/serviceAccounts.signJwt'] }),
      'ok',
    ],
    [
      'of all permissions on accounts is denied',
      denied({ deniedPermissions: ['iam.googleapis.com/serviceAccounts.*'] }),
      'denied',
    ],
    [
      'of what is no permission is ok',
      denied({ deniedPermissions: ['iam.googleapis.com/serviceAccounts'] }),
      'ok',
    ],
    [
      'that excepts the permission is ok',
      denied({
        deniedPermissions: ['iam.googleapis.com/*.*'],
        exceptionPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
      }),
      'ok',
    ],
    [
      'that excepts the account is ok',
      denied({
        exceptionPrincipals: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${RELAY}`],
      }),
      'ok',
    ],
    [
      'that excepts a group is unknown',
      denied({ exceptionPrincipals: ['principalSet://goog/group/oncall@acme.com'] }),
      'unknown',
    ],
    [
      'for a group is unknown',
      denied({ deniedPrincipals: ['principalSet://goog/group/oncall@acme.com'] }),
      'unknown',
    ],
    [
      'on a tag is unknown',
      denied({ condition: { expression: 'resource.matchTag("acme/env", "prod")' } }),
      'unknown',
    ],
    ['that could not be read is unknown', { ...granted, unreadDeny: ['folders/82'] }, 'unknown'],
  ];
  it.each(cases)('%s', (_title, parts, state) => {
    expect(stateOf(parts)).toBe(state);
  });

  it('is denied also where nothing grants it', () => {
    expect(stateOf({ deny: { 'folders/82': [deny({})] } })).toBe('denied');
  });
});

describe('a hop that is granted, between accounts', () => {
  const cases: [
    title: string,
    accounts: NonNullable<NonNullable<Parts>['accounts']>,
    state: HopState,
  ][] = [
    ['of which the first is disabled, is denied', { [RELAY]: account(RELAY, '1', true) }, 'denied'],
    [
      'of which the second is disabled, is denied',
      { [READER]: account(READER, '1', true) },
      'denied',
    ],
    ['of which the first is not there, is missing', { [RELAY]: 'missing' }, 'missing'],
    ['of which the second is not there, is missing', { [READER]: 'missing' }, 'missing'],
  ];
  it.each(cases)('%s', (_title, accounts, state) => {
    expect(stateOf({ ...granted, accounts })).toBe(state);
  });

  it('of which the first could not be read, is unknown: it may be disabled', () => {
    const all = snapshot(granted);
    const accounts = new Map([...all.accounts].filter(([name]) => name !== RELAY));
    expect(evaluate({ ...all, accounts }, HOP, now).state).toBe('unknown');
  });

  it('of which the second could not be read, is unknown', () => {
    const all = snapshot(granted);
    const accounts = new Map([...all.accounts].filter(([name]) => name !== READER));
    expect(evaluate({ ...all, accounts }, HOP, now).state).toBe('unknown');
  });
});

describe('an evaluation', () => {
  it('tells of every binding looked at why it does or does not help', () => {
    const { looks } = evaluate(
      snapshot(
        on(
          READER_POLICY,
          { role: 'roles/viewer', members: [relay] },
          grant(`serviceAccount:${READER}`),
          grant(relay, 'request.time < timestamp("2020-01-01T00:00:00Z")'),
          grant(relay),
        ),
      ),
      HOP,
      now,
    );
    expect(
      looks.map(({ role, member, condition, grants }) => [role, member, condition, grants]),
    ).toEqual([
      ['no', 'yes', 'yes', 'no'],
      ['yes', 'no', 'yes', 'no'],
      ['yes', 'yes', 'no', 'no'],
      ['yes', 'yes', 'yes', 'yes'],
    ]);
  });

  it('names the policies that it would have needed', () => {
    const { gaps } = evaluate(snapshot({ unreadPolicies: ['folders/82'] }), HOP, now);
    expect(gaps).toEqual(['folders/82']);
  });
});
