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
  const cases: { title: string; parts: Parts; state: HopState }[] = [
    { title: 'nowhere, is missing', parts: {}, state: 'missing' },
    { title: 'on the account, is ok', parts: grantedToRelay, state: 'ok' },
    {
      title: 'on its project, is ok',
      parts: on('projects/acme-data', grantTo(relay)),
      state: 'ok',
    },
    { title: 'on its folder, is ok', parts: on('folders/82', grantTo(relay)), state: 'ok' },
    {
      title: 'on its organization, is ok',
      parts: on('organizations/91', grantTo(relay)),
      state: 'ok',
    },
    {
      title: "on another account's folder, is missing",
      parts: on('folders/81', grantTo(relay)),
      state: 'missing',
    },
    {
      title: "on the caller's own project, is missing",
      parts: on('projects/acme-ops', grantTo(relay)),
      state: 'missing',
    },
    {
      title: 'nowhere that was read, is unknown if the parent of the folder was not read',
      parts: {
        containers: [
          { name: 'projects/acme-data', number: 'projects/700000000002', parent: 'folders/82' },
        ],
      },
      state: 'unknown',
    },
    {
      title: 'nowhere that was read, is unknown if one policy was not read',
      parts: { unreadPolicies: ['folders/82'] },
      state: 'unknown',
    },
    {
      title: 'on the account, is ok although a policy above was not read: it could only add grants',
      parts: { ...grantedToRelay, unreadPolicies: ['folders/82'] },
      state: 'ok',
    },
  ];
  it.each(cases)('$title', ({ parts, state }) => {
    expect(stateOf(parts)).toBe(state);
  });
});

describe('a hop, by the role of the binding', () => {
  const bound = (name: string) => on(READER_POLICY, { role: name, members: [relay] });
  const custom = 'projects/acme-data/roles/minting';
  const cases: { title: string; parts: Parts; state: HopState }[] = [
    {
      title: 'is ok with a narrower role that has the permission',
      parts: bound('roles/iam.workloadIdentityUser'),
      state: 'ok',
    },
    {
      title: 'is missing with a role that has another of the five permissions',
      parts: bound('roles/iam.serviceAccountOpenIdTokenCreator'),
      state: 'missing',
    },
    {
      title: 'is missing with owner, which has none of the five',
      parts: bound('roles/owner'),
      state: 'missing',
    },
    {
      title: 'is ok with a custom role that has the permission',
      parts: { ...bound(custom), roles: [role(custom, [HOP.permission])] },
      state: 'ok',
    },
    {
      title: 'is missing with a custom role that does not have the permission',
      parts: { ...bound(custom), roles: [role(custom, ['iam.serviceAccounts.actAs'])] },
      state: 'missing',
    },
    {
      title: 'is missing with a custom role that is disabled',
      parts: {
        ...bound(custom),
        roles: [{ name: custom, state: 'disabled', permissions: new Set() }],
      },
      state: 'missing',
    },
    {
      title: 'is unknown with a role that could not be read',
      parts: bound(custom),
      state: 'unknown',
    },
  ];
  it.each(cases)('$title', ({ parts, state }) => {
    expect(stateOf(parts)).toBe(state);
  });
});

describe('a hop, by the condition of its grant', () => {
  const cases: { title: string; expression: string; state: HopState }[] = [
    {
      title: 'is ok before it ends',
      expression: 'request.time < timestamp("2026-11-22T12:00:01Z")',
      state: 'ok',
    },
    {
      title: 'is missing once it has ended',
      expression: 'request.time < timestamp("2026-11-22T12:00:00Z")',
      state: 'missing',
    },
    {
      title: 'is unknown if it depends on a tag',
      expression: 'resource.matchTag("acme/env", "prod")',
      state: 'unknown',
    },
    { title: 'is unknown if it is not CEL', expression: 'request.time <', state: 'unknown' },
  ];
  it.each(cases)('$title', ({ expression, state }) => {
    expect(stateOf(on(READER_POLICY, grantTo(relay, expression)))).toBe(state);
  });

  it('is ok when another binding of the same role has no condition', () => {
    const ended = grantTo(relay, 'request.time < timestamp("2020-01-01T00:00:00Z")');
    expect(stateOf(on(READER_POLICY, ended, grantTo(relay)))).toBe('ok');
  });
});

describe('a hop that is granted, by its accounts', () => {
  const cases: { title: string; accounts: NonNullable<Parts['accounts']>; state: HopState }[] = [
    {
      title: 'is denied if the first is disabled',
      accounts: { [RELAY]: account(RELAY, '1', true) },
      state: 'denied',
    },
    {
      title: 'is denied if the second is disabled',
      accounts: { [READER]: account(READER, '1', true) },
      state: 'denied',
    },
    {
      title: 'is missing if the first does not exist',
      accounts: { [RELAY]: 'missing' },
      state: 'missing',
    },
    {
      title: 'is missing if the second does not exist',
      accounts: { [READER]: 'missing' },
      state: 'missing',
    },
  ];
  it.each(cases)('$title', ({ accounts, state }) => {
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
      ['no', 'yes', 'unknown', 'no'],
      ['yes', 'no', 'unknown', 'no'],
      ['yes', 'yes', 'no', 'no'],
      ['yes', 'yes', 'yes', 'yes'],
    ]);
  });

  it('names the unread policies that could change its state', () => {
    const { unread } = evaluateHop(snapshot({ unreadPolicies: ['folders/82'] }), HOP, now);
    expect(unread).toEqual(['folders/82']);
  });
});
