import { reportOf } from '../../../../shared/domain/audit/report.ts';
import type { Exception } from '../../../../shared/domain/chain/chain.ts';
import type { DenyRule } from '../../../../shared/domain/iam/policy.ts';
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
  CI,
  CI_POLICY,
  chain,
  ci,
  expectFindings,
  type FindingRow,
  file,
  grant,
  MINTER_POLICY,
  minter,
  now,
  others,
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
    {
      title: 'is a user on the target',
      parts: withGrants(READER_POLICY, grant(user)),
      findings: [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    },
    {
      title: 'is a user on a delegate',
      parts: withGrants(RELAY_POLICY, grant(user)),
      findings: [['high', 'unexpected-impersonator', 'relay', 'user:eve']],
    },
    {
      title: 'is a user on the caller',
      parts: withGrants(MINTER_POLICY, grant(user)),
      findings: [['high', 'unexpected-impersonator', 'minter', 'user:eve']],
    },
    {
      title: 'is inherited from the project',
      parts: withGrants('projects/acme-data', grant(user)),
      findings: [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    },
    {
      title: 'is one finding, although all accounts inherit the binding',
      parts: withGrants('organizations/91', grant(user)),
      findings: [['high', 'unexpected-impersonator', 'minter', 'user:eve']],
    },
    {
      title: 'is a public finding if it is everyone',
      parts: withGrants(READER_POLICY, grant('allUsers')),
      findings: [['critical', 'public', 'reader', 'allUsers']],
    },
    {
      title: 'is an account of a chain with a grant on an earlier account',
      parts: withGrants(RELAY_POLICY, grant(`serviceAccount:${READER}`)),
      findings: [['high', 'unexpected-impersonator', 'relay', 'serviceAccount:reader']],
    },
    {
      title: 'is a member with only one of the five permissions, by a custom role',
      parts: {
        ...withGrants(READER_POLICY, grant(user, custom)),
        roles: [role(custom, ['iam.serviceAccounts.signBlob'])],
      },
      findings: [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    },
    {
      title: 'is medium if the member can only delegate',
      parts: {
        ...withGrants(READER_POLICY, grant(user, custom)),
        roles: [role(custom, ['iam.serviceAccounts.implicitDelegation'])],
      },
      findings: [['medium', 'unexpected-impersonator', 'reader', 'user:eve']],
    },
    {
      title: 'is low if the role could not be read',
      parts: withGrants(READER_POLICY, grant(user, custom)),
      findings: [['low', 'unexpected-impersonator', 'reader', 'user:eve']],
    },
    {
      title: 'is medium if the condition cannot be decided',
      parts: withGrants(READER_POLICY, at('resource.matchTag("a/b", "c")')),
      findings: [['medium', 'unexpected-impersonator', 'reader', 'user:eve']],
    },
    {
      title: 'is a member whose grant begins in the future',
      parts: withGrants(READER_POLICY, at('request.time > timestamp("2030-01-01T00:00:00Z")')),
      findings: [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    },
    {
      title: 'is not a member whose grant has ended',
      parts: withGrants(READER_POLICY, at('request.time < timestamp("2020-01-01T00:00:00Z")')),
      findings: [],
    },
    {
      title: 'is not a deleted principal',
      parts: withGrants(READER_POLICY, grant('deleted:user:eve@acme.com?uid=1')),
      findings: [],
    },
    {
      // prowler-cloud/prowler#4393, #11250, nccgroup/ScoutSuite#446 and forseti-security#1087: Google's agents were reported again and again.
      title: "is not Google's agent with its own role",
      parts: withGrants('projects/acme-data', grant(agent, 'roles/pubsub.serviceAgent')),
      findings: [],
    },
    {
      title: "is Google's agent with another role",
      parts: withGrants('projects/acme-data', grant(agent)),
      findings: [
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:service-700000000002'],
      ],
    },
    {
      title: "is Google's agent of another project",
      parts: withGrants('projects/acme-ops', grant(agent, 'roles/pubsub.serviceAgent')),
      findings: [
        ['high', 'unexpected-impersonator', 'minter', 'serviceAccount:service-700000000002'],
      ],
    },
  ];
  it.each(cases)('$title', expectFindings);

  describe('under a deny policy', () => {
    const five = ['getAccessToken', 'getOpenIdToken', 'signJwt', 'signBlob', 'implicitDelegation'];
    const rule = (deniedPrincipals: string[], exceptionPrincipals: string[] = [], last = 5) => ({
      deniedPrincipals,
      exceptionPrincipals,
      deniedPermissions: five.slice(0, last).map((p) => `iam.googleapis.com/serviceAccounts.${p}`),
      exceptionPermissions: [],
    });
    const eve = ['principal://goog/subject/eve@acme.com'];
    const denies: { title: string; of: DenyRule; member: string; count: number }[] = [
      {
        title: 'is not reported if all five permissions are denied',
        of: rule(eve),
        member: user,
        count: 0,
      },
      {
        title: 'is reported if one permission is not denied',
        of: rule(eve, [], 4),
        member: user,
        count: 1,
      },
      {
        title: 'is reported if the rule is for a group',
        of: rule(['principalSet://goog/group/all@acme.com']),
        member: user,
        count: 1,
      },
      {
        title: 'is reported if an exception of the rule cannot be decided',
        of: rule(eve, ['principalSet://goog/group/admins@acme.com']),
        member: user,
        count: 1,
      },
      {
        title:
          'is not reported if it is an account and the rule is for all accounts of its project',
        of: rule([
          'principalSet://cloudresourcemanager.googleapis.com/projects/700000000002/type/ServiceAccount',
        ]),
        member: ci,
        count: 0,
      },
      {
        title: 'is reported if the rule has a condition',
        of: { ...rule(eve), condition: { expression: 'resource.matchTag("1/env", "prod")' } },
        member: user,
        count: 1,
      },
      {
        title: 'is not reported if it is a group and the rule is for that group',
        of: rule(['principalSet://goog/group/all@acme.com']),
        member: 'group:all@acme.com',
        count: 0,
      },
      {
        title: 'is reported if it is a group and the rule excepts one person',
        of: rule(['principalSet://goog/group/all@acme.com'], eve),
        member: 'group:all@acme.com',
        count: 1,
      },
    ];
    it.each(denies)('$title', ({ of, member, count }) => {
      const parts = {
        ...withGrants(READER_POLICY, grant(member)),
        accounts: { [CI]: others[CI] },
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
    const cases: { title: string; edit: Partial<Exception>; count: number }[] = [
      { title: 'is not reported', edit: {}, count: 0 },
      {
        title: 'is not reported, although the exception writes capitals',
        edit: { member: 'user:Eve@Acme.com' },
        count: 0,
      },
      {
        title: 'is reported after the exception has expired, and so is the exception',
        edit: { expires: now },
        count: 2,
      },
      {
        title: 'is reported if the exception is for another account',
        edit: { account: { email: RELAY } },
        count: 1,
      },
      {
        title: 'is reported if the exception is for another member',
        edit: { member: 'user:adam@acme.com' },
        count: 1,
      },
    ];
    it.each(cases)('$title', ({ edit, count }) => {
      const exceptions = [{ ...exception, ...edit }];
      const { findings } = report(withGrants(READER_POLICY, grant(user)), { exceptions });
      expect(findings).toHaveLength(count);
    });
  });

  it('lists every account and chain that an inherited binding opens, and the kinds', () => {
    const [finding] = report(withGrants('organizations/91', grant(user))).findings;
    expect(finding?.chains).toEqual(['billing-export']);
    expect(finding?.evidence).toMatchObject({
      resource: 'organizations/91',
      role: CREATOR,
      accounts: [MINTER, RELAY, READER],
      kinds: ['access-token', 'id-token', 'signed-jwt', 'signed-blob'],
    });
  });

  it.each([
    { account: 'its account', policy: READER_POLICY },
    { account: 'the next account of the chain', policy: RELAY_POLICY },
  ])('lists the chain of another account that $account can get', ({ policy }) => {
    const parts = {
      accounts: { [CI]: others[CI] },
      bindings: {
        ...withGrants(policy, grant(user)).bindings,
        [CI_POLICY]: [
          grant(minter),
          grant(`serviceAccount:${READER}`, 'roles/iam.serviceAccountKeyAdmin'),
        ],
      },
    };
    const other = { ...chain, name: 'other', delegates: [], target: { email: CI } };
    const { findings } = report(parts, { chains: [chain, { ...other, secret: 'x' }] });
    expect(findings.find(({ member }) => member === user)?.chains).toEqual([
      'billing-export',
      'other',
    ]);
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
