import type { Chain } from '../../../../shared/domain/chain/chain.ts';
import { CREATOR, MINTER, READER, READER_POLICY, RELAY, role } from '../../iam/snapshots.ts';
import {
  chain,
  DEPLOYER,
  DEPLOYER_POLICY,
  deployer,
  expectFindings,
  type FindingRow,
  grant,
  minter,
  needed,
  others,
  type Parts,
  RELAY_POLICY,
  relay,
  report,
  withGrants,
} from '../audit-world.ts';

describe('a hop with too much access', () => {
  const idToken: Chain = {
    ...chain,
    credential: { kind: 'id-token', audience: 'https://a.example.com', includeEmail: false },
  };
  const narrow = (relayRole: string, readerRole: string): Parts => ({
    bindings: {
      [RELAY_POLICY]: [grant(minter, relayRole)],
      [READER_POLICY]: [grant(relay, readerRole)],
    },
    roles: [role('projects/acme-ops/roles/hop', ['iam.serviceAccounts.implicitDelegation'])],
  });
  const HOP_ONLY = 'projects/acme-ops/roles/hop';
  const OPEN_ID = 'roles/iam.serviceAccountOpenIdTokenCreator';
  const cases: FindingRow[] = [
    {
      title: 'is granted on the project of its account',
      parts: {
        bindings: { ...needed, [READER_POLICY]: [], 'projects/acme-data': [grant(relay)] },
      },
      findings: [['medium', 'overgrant', 'billing-export/2', 'reader', 'serviceAccount:relay']],
    },
    {
      title: 'is granted on the organization, in addition to the account',
      parts: withGrants('organizations/91', grant(relay)),
      findings: [['medium', 'overgrant', 'billing-export/2', 'reader', 'serviceAccount:relay']],
    },
    {
      title:
        'is not reported if every hop has exactly the permission that it needs, under grants: narrow',
      parts: narrow(HOP_ONLY, OPEN_ID),
      findings: [],
      edit: { chains: [idToken], grants: 'narrow' },
    },
    {
      title: 'is granted kinds that no chain mints, under grants: narrow',
      parts: narrow(HOP_ONLY, CREATOR),
      findings: [['medium', 'overgrant', 'billing-export/2', 'reader', 'serviceAccount:relay']],
      edit: { chains: [idToken], grants: 'narrow' },
    },
    {
      title: 'is not reported for Token Creator without grants: narrow: apply grants it',
      parts: narrow(CREATOR, CREATOR),
      findings: [],
      edit: { chains: [idToken] },
    },
    {
      title: 'is not reported for kinds that another chain mints',
      parts: narrow(HOP_ONLY, 'roles/iam.workloadIdentityUser'),
      findings: [],
      edit: { chains: [idToken, { ...chain, name: 'second' }], grants: 'narrow' },
    },
  ];
  it.each(cases)('$title', expectFindings);

  it('has a fix that grants its hops on their accounts first, and lists every account that the grant opens', () => {
    const [finding] = report({
      bindings: {
        [RELAY_POLICY]: [],
        [READER_POLICY]: [],
        'organizations/91': [grant(relay), grant(minter)],
      },
    }).findings;
    expect(finding?.evidence.accounts).toEqual([RELAY, READER, MINTER]);
    expect(finding?.fix?.gcloud.split(' && ')).toEqual([
      expect.stringMatching(/add-iam-policy-binding relay@.*serviceAccountTokenCreator/),
      expect.stringMatching(/add-iam-policy-binding reader@.*serviceAccountTokenCreator/),
      expect.stringMatching(
        /^for member in .*; do gcloud organizations remove-iam-policy-binding 91 /,
      ),
    ]);
  });

  it('has a fix that first creates the narrow role if it does not exist', () => {
    const [finding] = report(narrow(HOP_ONLY, CREATOR), { grants: 'narrow' }).findings;
    expect(finding?.fix?.gcloud).toMatch(
      /^\{ gcloud iam roles describe hopmintAccessToken --project=acme-data > \/dev\/null 2>&1 \|\| gcloud iam roles create hopmintAccessToken .*--permissions=iam.serviceAccounts.getAccessToken .*; \} && gcloud iam service-accounts add-iam-policy-binding reader@.* --role=projects\/acme-data\/roles\/hopmintAccessToken .* && gcloud iam service-accounts remove-iam-policy-binding reader@/,
    );
  });
});

describe('an account of a chain with a grant on another one', () => {
  const viaVault: Chain = {
    ...chain,
    delegates: [{ email: RELAY }, { email: DEPLOYER }],
  };
  const three = {
    [RELAY_POLICY]: needed[RELAY_POLICY] ?? [],
    [DEPLOYER_POLICY]: [grant(relay)],
    [READER_POLICY]: [grant(deployer)],
  };
  const cases: FindingRow[] = [
    {
      title: 'is a shortcut if the caller does not need the delegate',
      parts: withGrants(READER_POLICY, grant(minter)),
      findings: [['medium', 'shortcut', 'billing-export/2', 'reader', 'serviceAccount:minter']],
    },
    {
      title: 'is a shortcut if a delegate does not need a later one',
      parts: {
        accounts: others,
        bindings: { ...three, [READER_POLICY]: [grant(deployer), grant(relay)] },
      },
      findings: [['medium', 'shortcut', 'billing-export/3', 'reader', 'serviceAccount:relay']],
      edit: { chains: [viaVault] },
    },
    {
      title: 'is a shortcut if the grant is on the project',
      parts: withGrants('projects/acme-data', grant(minter)),
      findings: [['medium', 'shortcut', 'billing-export/2', 'reader', 'serviceAccount:minter']],
    },
    {
      title: 'is not a shortcut if another chain needs the grant',
      parts: withGrants(READER_POLICY, grant(minter)),
      findings: [],
      edit: { chains: [chain, { ...chain, name: 'direct', delegates: [] }] },
    },
    {
      title: 'is a low shortcut if it can only delegate',
      parts: {
        ...withGrants(READER_POLICY, grant(minter, 'roles/hop')),
        roles: [role('roles/hop', ['iam.serviceAccounts.implicitDelegation'])],
      },
      findings: [['low', 'shortcut', 'billing-export/2', 'reader', 'serviceAccount:minter']],
    },
  ];
  it.each(cases)('$title', expectFindings);
});
