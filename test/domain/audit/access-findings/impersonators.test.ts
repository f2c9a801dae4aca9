import { reportOf } from '../../../../shared/domain/audit/report.ts';
import type { Exception } from '../../../../shared/domain/chain/chain.ts';
import {
  CREATOR,
  MINTER,
  READER,
  READER_POLICY,
  RELAY,
  role,
  snapshot,
} from '../../iam/snapshots.ts';
import {
  expectFindings,
  type FindingRow,
  file,
  grant,
  MINTER_POLICY,
  now,
  RELAY_POLICY,
  report,
  user,
  version,
  withGrants,
} from '../audit-world.ts';

describe('an unexpected impersonator', () => {
  const agent = 'serviceAccount:service-700000000002@gcp-sa-pubsub.iam.gserviceaccount.com';
  const at = (expression: string) => ({ ...grant(user), condition: { expression } });
  const custom = 'projects/acme-data/roles/signing';
  const cases: FindingRow[] = [
    [
      'is a user on the target',
      withGrants(READER_POLICY, grant(user)),
      [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is a user on a delegate',
      withGrants(RELAY_POLICY, grant(user)),
      [['high', 'unexpected-impersonator', 'relay', 'user:eve']],
    ],
    [
      'is a user on the caller',
      withGrants(MINTER_POLICY, grant(user)),
      [['high', 'unexpected-impersonator', 'minter', 'user:eve']],
    ],
    [
      'is inherited from the project',
      withGrants('projects/acme-data', grant(user)),
      [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is one finding, although all accounts inherit the binding',
      withGrants('organizations/91', grant(user)),
      [['high', 'unexpected-impersonator', 'minter', 'user:eve']],
    ],
    [
      'is a public finding if it is everyone',
      withGrants(READER_POLICY, grant('allUsers')),
      [['critical', 'public', 'reader', 'allUsers']],
    ],
    [
      'is an account of a chain with a grant on an earlier account',
      withGrants(RELAY_POLICY, grant(`serviceAccount:${READER}`)),
      [['high', 'unexpected-impersonator', 'relay', 'serviceAccount:reader']],
    ],
    [
      'is a member with only one of the five permissions, by a custom role',
      {
        ...withGrants(READER_POLICY, grant(user, custom)),
        roles: [role(custom, ['iam.serviceAccounts.signBlob'])],
      },
      [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is medium if the member can only delegate',
      {
        ...withGrants(READER_POLICY, grant(user, custom)),
        roles: [role(custom, ['iam.serviceAccounts.implicitDelegation'])],
      },
      [['medium', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is low if the role could not be read',
      withGrants(READER_POLICY, grant(user, custom)),
      [['low', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is medium if the condition cannot be decided',
      withGrants(READER_POLICY, at('resource.matchTag("a/b", "c")')),
      [['medium', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is a member whose grant begins in the future',
      withGrants(READER_POLICY, at('request.time > timestamp("2030-01-01T00:00:00Z")')),
      [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is not a member whose grant has ended',
      withGrants(READER_POLICY, at('request.time < timestamp("2020-01-01T00:00:00Z")')),
      [],
    ],
    [
      'is not a deleted principal',
      withGrants(READER_POLICY, grant('deleted:user:eve@acme.com?uid=1')),
      [],
    ],
    [
      // prowler-cloud/prowler#4393, #11250, nccgroup/ScoutSuite#446 and forseti-security#1087: Google's agents were reported again and again.
      "is not Google's agent with its own role",
      withGrants('projects/acme-data', grant(agent, 'roles/pubsub.serviceAgent')),
      [],
    ],
    [
      "is Google's agent with another role",
      withGrants('projects/acme-data', grant(agent)),
      [['high', 'unexpected-impersonator', 'reader', 'serviceAccount:service-700000000002']],
    ],
    [
      "is Google's agent of another project",
      withGrants('projects/acme-ops', grant(agent, 'roles/pubsub.serviceAgent')),
      [['high', 'unexpected-impersonator', 'minter', 'serviceAccount:service-700000000002']],
    ],
  ];
  it.each(cases)('%s', expectFindings);

  describe('under a deny policy', () => {
    const five = ['getAccessToken', 'getOpenIdToken', 'signJwt', 'signBlob', 'implicitDelegation'];
    const rule = (deniedPrincipals: string[], exceptionPrincipals: string[] = [], last = 5) => ({
      deniedPrincipals,
      exceptionPrincipals,
      deniedPermissions: five.slice(0, last).map((p) => `iam.googleapis.com/serviceAccounts.${p}`),
      exceptionPermissions: [],
    });
    const eve = ['principal://goog/subject/eve@acme.com'];
    const denies: [title: string, of: ReturnType<typeof rule>, member: string, count: number][] = [
      ['is not reported if all five permissions are denied', rule(eve), user, 0],
      ['is reported if one permission is not denied', rule(eve, [], 4), user, 1],
      [
        'is reported if the rule is for a group',
        rule(['principalSet://goog/group/all@acme.com']),
        user,
        1,
      ],
      [
        'is reported if an exception of the rule cannot be decided',
        rule(eve, ['principalSet://goog/group/admins@acme.com']),
        user,
        1,
      ],
      [
        'is not reported if it is a group and the rule is for that group',
        rule(['principalSet://goog/group/all@acme.com']),
        'group:all@acme.com',
        0,
      ],
      [
        'is reported if it is a group and the rule excepts one person',
        rule(['principalSet://goog/group/all@acme.com'], eve),
        'group:all@acme.com',
        1,
      ],
    ];
    it.each(denies)('%s', (_title, of, member, count) => {
      const parts = {
        ...withGrants(READER_POLICY, grant(member)),
        deny: { 'organizations/91': [of] },
      };
      expect(report(parts).findings).toHaveLength(count);
    });
  });

  describe('with an exception', () => {
    const exception: Exception = {
      account: { email: READER },
      member: user,
      reason: 'break-glass',
      owner: 'o@acme.com',
      expires: new Date('2026-11-23T00:00:00Z'),
    };
    const cases: [title: string, edit: Partial<Exception>, count: number][] = [
      ['is not reported', {}, 0],
      [
        'is not reported, although the exception writes capitals',
        { member: 'user:Eve@Acme.com' },
        0,
      ],
      ['is reported after the exception has expired, and so is the exception', { expires: now }, 2],
      ['is reported if the exception is for another account', { account: { email: RELAY } }, 1],
      ['is reported if the exception is for another member', { member: 'user:adam@acme.com' }, 1],
    ];
    it.each(cases)('%s', (_title, edit, count) => {
      const exceptions = [{ ...exception, ...edit }];
      const { findings } = report(withGrants(READER_POLICY, grant(user)), { exceptions });
      expect(findings).toHaveLength(count);
    });
  });

  it('lists every account and chain that an inherited binding opens, and the kinds', () => {
    const [finding] = report(withGrants('organizations/91', grant(user))).findings;
    expect(finding?.evidence).toMatchObject({
      resource: 'organizations/91',
      role: CREATOR,
      accounts: [MINTER, RELAY, READER],
      chains: ['billing-export'],
      kinds: ['access-token', 'id-token', 'signed-jwt', 'signed-blob'],
    });
  });

  // marin-community/marin#7713 and abcxyz/guardian#60: the key did not include the condition, and the same drift was reported again.
  it('has another fingerprint with another condition, and the same one an hour later', () => {
    const parts = withGrants(
      READER_POLICY,
      grant(user),
      at('request.time < timestamp("2030-01-01T00:00:00Z")'),
      at('request.time < timestamp("2031-01-01T00:00:00Z")'),
    );
    const prints = report(parts).findings.map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(3);
    const later = new Date(now.getTime() + 3_600_000);
    const again = reportOf(file, version, snapshot(parts), undefined, later).findings;
    expect(again.map(({ fingerprint }) => fingerprint)).toEqual(prints);
  });
});
