import type { HopState } from '../../../shared/domain/iam/evaluate-hop.ts';
import type { DenyRule } from '../../../shared/domain/iam/policy.ts';
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

describe('a hop that is granted, under a deny rule', () => {
  const cases: [title: string, parts: Parts, state: HopState][] = [
    ['for everyone, is denied', denied({}), 'denied'],
    ['of the organization, is denied', denied({}, 'organizations/91'), 'denied'],
    ["of another account's folder, is ok", denied({}, 'folders/81'), 'ok'],
    [
      'for the account, is denied',
      denied({
        deniedPrincipals: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${RELAY}`],
      }),
      'denied',
    ],
    [
      'for another account, is ok',
      denied({
        deniedPrincipals: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${READER}`],
      }),
      'ok',
    ],
    [
      'for another permission, is ok',
      denied({ deniedPermissions: ['iam.googleapis.com/serviceAccounts.signJwt'] }),
      'ok',
    ],
    [
      'for all permissions on accounts, is denied',
      denied({ deniedPermissions: ['iam.googleapis.com/serviceAccounts.*'] }),
      'denied',
    ],
    [
      'for a text that is not a permission, is ok',
      denied({ deniedPermissions: ['iam.googleapis.com/serviceAccounts'] }),
      'ok',
    ],
    [
      'that excepts the permission, is ok',
      denied({
        deniedPermissions: ['iam.googleapis.com/*.*'],
        exceptionPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
      }),
      'ok',
    ],
    [
      'that excepts the account, is ok',
      denied({
        exceptionPrincipals: [`principal://iam.googleapis.com/projects/-/serviceAccounts/${RELAY}`],
      }),
      'ok',
    ],
    [
      'that excepts a group, is unknown',
      denied({ exceptionPrincipals: ['principalSet://goog/group/oncall@acme.com'] }),
      'unknown',
    ],
    [
      'for a group, is unknown',
      denied({ deniedPrincipals: ['principalSet://goog/group/oncall@acme.com'] }),
      'unknown',
    ],
    [
      'with a condition on a tag, is unknown',
      denied({ condition: { expression: 'resource.matchTag("acme/env", "prod")' } }),
      'unknown',
    ],
    [
      'that could not be read, is unknown',
      { ...grantedToRelay, unreadDeny: ['folders/82'] },
      'unknown',
    ],
  ];
  it.each(cases)('%s', (_title, parts, state) => {
    expect(stateOf(parts)).toBe(state);
  });

  it('is denied even if nothing grants it', () => {
    expect(stateOf({ deny: { 'folders/82': [deny({})] } })).toBe('denied');
  });
});
