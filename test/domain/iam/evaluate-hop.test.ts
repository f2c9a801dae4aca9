import { evaluateHop, type HopState } from '../../../shared/domain/iam/evaluate-hop.ts';
import {
  account,
  grantedToRelay,
  grantTo,
  HOP,
  now,
  on,
  type Parts,
  READER,
  READER_POLICY,
  RELAY,
  relay,
  role,
  snapshot,
  stateOf,
} from './snapshots.ts';

describe('a hop, if Token Creator is granted', () => {
  const cases: [title: string, parts: Parts, state: HopState][] = [
    ['nowhere, is missing', {}, 'missing'],
    ['on the account, is ok', grantedToRelay, 'ok'],
    ['on its project, is ok', on('projects/acme-data', grantTo(relay)), 'ok'],
    ['on its folder, is ok', on('folders/82', grantTo(relay)), 'ok'],
    ['on its organization, is ok', on('organizations/91', grantTo(relay)), 'ok'],
    ["on another account's folder, is missing", on('folders/81', grantTo(relay)), 'missing'],
    ["on the caller's own project, is missing", on('projects/acme-ops', grantTo(relay)), 'missing'],
    [
      'nowhere that was read, is unknown if the parent of the folder was not read',
      {
        containers: [
          { name: 'projects/acme-data', number: 'projects/700000000002', parent: 'folders/82' },
        ],
      },
      'unknown',
    ],
    [
      'nowhere that was read, is unknown if one policy was not read',
      { unreadPolicies: ['folders/82'] },
      'unknown',
    ],
    [
      'on the account, is ok although a policy above was not read: it could only add grants',
      { ...grantedToRelay, unreadPolicies: ['folders/82'] },
      'ok',
    ],
  ];
  it.each(cases)('%s', (_title, parts, state) => {
    expect(stateOf(parts)).toBe(state);
  });
});

describe('a hop, by the role of the binding', () => {
  const bound = (name: string) => on(READER_POLICY, { role: name, members: [relay] });
  const custom = 'projects/acme-data/roles/minting';
  const cases: [title: string, parts: Parts, state: HopState][] = [
    [
      'is ok with a narrower role that has the permission',
      bound('roles/iam.workloadIdentityUser'),
      'ok',
    ],
    [
      'is missing with a role that has another of the five permissions',
      bound('roles/iam.serviceAccountOpenIdTokenCreator'),
      'missing',
    ],
    ['is missing with owner, which has none of the five', bound('roles/owner'), 'missing'],
    [
      'is ok with a custom role that has the permission',
      { ...bound(custom), roles: [role(custom, [HOP.permission])] },
      'ok',
    ],
    [
      'is missing with a custom role that does not have the permission',
      { ...bound(custom), roles: [role(custom, ['iam.serviceAccounts.actAs'])] },
      'missing',
    ],
    [
      'is missing with a custom role that is disabled',
      { ...bound(custom), roles: [{ name: custom, state: 'disabled', permissions: new Set() }] },
      'missing',
    ],
    ['is unknown with a role that could not be read', bound(custom), 'unknown'],
  ];
  it.each(cases)('%s', (_title, parts, state) => {
    expect(stateOf(parts)).toBe(state);
  });
});

describe('a hop, by the member of the binding', () => {
  const cases: [title: string, member: string, state: HopState][] = [
    ['is ok for the account', relay, 'ok'],
    ['is ok for its email in capitals', `serviceAccount:${RELAY.toUpperCase()}`, 'ok'],
    ['is missing for another account', `serviceAccount:${READER}`, 'missing'],
    ['is missing for a user of that name', `user:${RELAY}`, 'missing'],
    ['is ok for everyone', 'allUsers', 'ok'],
    ['is ok for everyone with an account', 'allAuthenticatedUsers', 'ok'],
    ['is unknown for a group, whose members IAM does not list', 'group:oncall@acme.com', 'unknown'],
    ['is missing for a domain, which includes only people', 'domain:acme.com', 'missing'],
    [
      // terraform-provider-google#10193 and #6532: an account that was created again under the same email was taken for the old one.
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
      'is unknown for the Google agents of its project: the account may be one of them',
      'principalSet://cloudresourcemanager.googleapis.com/projects/700000000001/type/ServiceAgent',
      'unknown',
    ],
    ['is unknown for a customer', 'principalSet://goog/cloudIdentityCustomerId/C01', 'unknown'],
    ['is unknown for the owners of a project', 'projectOwner:acme-ops', 'unknown'],
    ['is unknown for a form that the parser does not know', 'planet:mars', 'unknown'],
  ];
  it.each(cases)('%s', (_title, member, state) => {
    expect(stateOf(on(READER_POLICY, grantTo(member)))).toBe(state);
  });
});

describe('a hop, by the condition of its grant', () => {
  const cases: [title: string, expression: string, state: HopState][] = [
    ['is ok before it ends', 'request.time < timestamp("2026-11-22T12:00:01Z")', 'ok'],
    ['is missing once it has ended', 'request.time < timestamp("2026-11-22T12:00:00Z")', 'missing'],
    ['is unknown if it depends on a tag', 'resource.matchTag("acme/env", "prod")', 'unknown'],
    ['is unknown if it is not CEL', 'request.time <', 'unknown'],
  ];
  it.each(cases)('%s', (_title, expression, state) => {
    expect(stateOf(on(READER_POLICY, grantTo(relay, expression)))).toBe(state);
  });

  it('is ok when another binding of the same role has no condition', () => {
    const ended = grantTo(relay, 'request.time < timestamp("2020-01-01T00:00:00Z")');
    expect(stateOf(on(READER_POLICY, ended, grantTo(relay)))).toBe('ok');
  });
});

describe('a hop that is granted, by its accounts', () => {
  const cases: [title: string, accounts: NonNullable<Parts['accounts']>, state: HopState][] = [
    ['is denied if the first is disabled', { [RELAY]: account(RELAY, '1', true) }, 'denied'],
    ['is denied if the second is disabled', { [READER]: account(READER, '1', true) }, 'denied'],
    ['is missing if the first does not exist', { [RELAY]: 'missing' }, 'missing'],
    ['is missing if the second does not exist', { [READER]: 'missing' }, 'missing'],
  ];
  it.each(cases)('%s', (_title, accounts, state) => {
    expect(stateOf({ ...grantedToRelay, accounts })).toBe(state);
  });

  it('is unknown if the first could not be read: it may be disabled', () => {
    const all = snapshot(grantedToRelay);
    const accounts = new Map([...all.accounts].filter(([name]) => name !== RELAY));
    expect(evaluateHop({ ...all, accounts }, HOP, now).state).toBe('unknown');
  });

  it('is unknown if the second could not be read', () => {
    const all = snapshot(grantedToRelay);
    const accounts = new Map([...all.accounts].filter(([name]) => name !== READER));
    expect(evaluateHop({ ...all, accounts }, HOP, now).state).toBe('unknown');
  });
});

describe('an evaluation', () => {
  it('shows for each checked binding why it does or does not grant the hop', () => {
    const { checkedBindings } = evaluateHop(
      snapshot(
        on(
          READER_POLICY,
          { role: 'roles/viewer', members: [relay] },
          grantTo(`serviceAccount:${READER}`),
          grantTo(relay, 'request.time < timestamp("2020-01-01T00:00:00Z")'),
          grantTo(relay),
        ),
      ),
      HOP,
      now,
    );
    expect(
      checkedBindings.map(({ role, member, condition, grants }) => [
        role,
        member,
        condition,
        grants,
      ]),
    ).toEqual([
      ['no', 'yes', 'yes', 'no'],
      ['yes', 'no', 'yes', 'no'],
      ['yes', 'yes', 'no', 'no'],
      ['yes', 'yes', 'yes', 'yes'],
    ]);
  });

  it('names the unread policies that could change its state', () => {
    const { unread } = evaluateHop(snapshot({ unreadPolicies: ['folders/82'] }), HOP, now);
    expect(unread).toEqual(['folders/82']);
  });
});
