import { account, READER, READER_POLICY, role } from '../../iam/snapshots.ts';
import {
  CI,
  CI_POLICY,
  chain,
  ci,
  DEPLOYER,
  DEPLOYER_POLICY,
  deployer,
  expectFindings,
  type FindingRow,
  grant,
  minter,
  neededAnd,
  others,
  type Parts,
  report,
  user,
  withBindings,
} from '../audit-world.ts';

const SET = 'principalSet://cloudresourcemanager.googleapis.com/folders/81/type/ServiceAccount';

describe('a transitive impersonator', () => {
  const cases: FindingRow[] = [
    {
      title: 'is a member that can become an account that can impersonate',
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(READER_POLICY, grant(deployer)),
          [DEPLOYER_POLICY]: [grant(user)],
        },
        { accounts: others },
      ),
      findings: [
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer'],
        ['high', 'unexpected-impersonator', 'reader', 'user:eve'],
      ],
    },
    {
      title: 'is a member two accounts away',
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(READER_POLICY, grant(deployer)),
          [DEPLOYER_POLICY]: [grant(ci)],
          [CI_POLICY]: [grant(user)],
        },
        { accounts: others },
      ),
      findings: [
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer'],
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:ci'],
        ['high', 'unexpected-impersonator', 'reader', 'user:eve'],
      ],
    },
    {
      title: 'is a member that can become an account of a set that can impersonate',
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(READER_POLICY, grant(SET)),
          [DEPLOYER_POLICY]: [grant(user)],
        },
        { accounts: others, setAccounts: { 'folders/81': [DEPLOYER] } },
      ),
      findings: [
        ['high', 'unexpected-impersonator', 'reader', SET],
        ['high', 'unexpected-impersonator', 'reader', 'user:eve'],
      ],
    },
    {
      title: 'is found although two accounts can impersonate each other',
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(READER_POLICY, grant(deployer)),
          [DEPLOYER_POLICY]: [grant(ci)],
          [CI_POLICY]: [grant(deployer)],
        },
        { accounts: others },
      ),
      findings: [
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer'],
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:ci'],
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer'],
      ],
    },
    {
      title: 'is a member that can become the member of an exception, which is not reported itself',
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(READER_POLICY, grant(deployer)),
          [DEPLOYER_POLICY]: [grant(user)],
        },
        { accounts: others },
      ),
      findings: [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
      edit: {
        exceptions: [
          {
            account: { email: READER },
            member: deployer,
            reason: 'r',
            owner: 'o',
            expires: new Date('2030-01-01'),
          },
        ],
      },
    },
    {
      title: 'is not a member that can become the member of an exception without a grant',
      parts: withBindings({ [DEPLOYER_POLICY]: [grant(user)] }, { accounts: others }),
      findings: [],
      edit: {
        exceptions: [
          {
            account: { email: READER },
            member: deployer,
            reason: 'r',
            owner: 'o',
            expires: new Date('2030-01-01'),
          },
        ],
      },
    },
    {
      title: 'is not a member that can only mint ID tokens, which no Google API accepts',
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(READER_POLICY, grant(deployer)),
          [DEPLOYER_POLICY]: [grant(user, 'roles/iam.serviceAccountOpenIdTokenCreator')],
        },
        { accounts: others },
      ),
      findings: [['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer']],
    },
    {
      title: 'is not a member of an account that has no access',
      parts: withBindings({ [DEPLOYER_POLICY]: [grant(user)] }, { accounts: others }),
      findings: [],
    },
    {
      title: 'is a member that can create keys of an account that can impersonate',
      parts: withBindings(
        {
          [READER_POLICY]: neededAnd(READER_POLICY, grant(deployer)),
          [DEPLOYER_POLICY]: [grant(user, 'roles/iam.serviceAccountKeyAdmin')],
        },
        { accounts: others },
      ),
      findings: [
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:deployer'],
        ['high', 'escalation', 'reader', 'user:eve'],
      ],
    },
  ];
  it.each(cases)('$title', expectFindings);

  it('is reported with its path', () => {
    const parts = withBindings(
      {
        [READER_POLICY]: neededAnd(READER_POLICY, grant(deployer)),
        [DEPLOYER_POLICY]: [grant(ci)],
        [CI_POLICY]: [grant(user)],
      },
      { accounts: others },
    );
    const finding = report(parts).findings.find((one) => one.member === user);
    expect(finding?.chains).toEqual(['billing-export']);
    expect(finding?.evidence).toMatchObject({
      resource: CI_POLICY,
      path: [user, CI, DEPLOYER, READER],
      accounts: [READER],
    });
    expect(finding?.fix?.gcloud).toMatch(/remove-iam-policy-binding ci@/);
  });

  it('can get the credential through a set of accounts, and the path names the account', () => {
    const parts = withBindings(
      {
        [READER_POLICY]: neededAnd(READER_POLICY, grant(SET)),
        [DEPLOYER_POLICY]: [grant(user)],
      },
      { accounts: others, setAccounts: { 'folders/81': [DEPLOYER] } },
    );
    const made = report(parts);
    const finding = made.findings.find((one) => one.member === user);
    expect(finding?.evidence.path).toEqual([user, DEPLOYER, READER]);
    expect(made.chains[0]?.reach.find(({ member }) => member === user)?.steps).toMatchObject([
      { who: user, on: DEPLOYER },
      { who: SET, on: READER },
    ]);
  });
});

describe('an account that leads to one chain at once and to another one on a longer path', () => {
  const BATCH = 'batch@acme-data.iam.gserviceaccount.com';
  const DEPLOYS = 'projects/acme-ops/roles/deploys';
  const TO_BOTH = {
    [READER_POLICY]: neededAnd(READER_POLICY, grant(deployer)),
    [`projects/acme-data/serviceAccounts/${BATCH}`]: [grant(minter), grant(ci)],
    [CI_POLICY]: [grant(deployer)],
  };
  const parts: Parts = {
    accounts: { ...others, [BATCH]: account(BATCH, '100000000000000000013') },
    roles: [
      role(DEPLOYS, ['resourcemanager.projects.get']),
      role('roles/iam.roleAdmin', ['iam.roles.update']),
    ],
  };
  const edit = {
    chains: [chain, { ...chain, name: 'batch', delegates: [], target: { email: BATCH } }],
  };

  it('gives both to a member that can become it', () => {
    const { findings } = report(
      withBindings({ ...TO_BOTH, [DEPLOYER_POLICY]: [grant(user)] }, parts),
      edit,
    );
    const finding = findings.find((one) => one.member === user);
    expect(finding?.chains.toSorted()).toEqual(['batch', 'billing-export']);
    expect(finding?.evidence.accounts?.toSorted()).toEqual([BATCH, READER]);
  });

  it('gives both to a member that can edit a role on it', () => {
    const { findings } = report(
      withBindings(
        {
          ...TO_BOTH,
          [DEPLOYER_POLICY]: [grant(user, DEPLOYS)],
          'projects/acme-ops': [grant(user, 'roles/iam.roleAdmin')],
        },
        parts,
      ),
      edit,
    );
    const finding = findings.find((one) => one.member === user);
    expect(finding?.chains.toSorted()).toEqual(['batch', 'billing-export']);
    expect(finding?.evidence.accounts?.toSorted()).toEqual([BATCH, READER]);
  });
});
