import { type Diagnosed, diagnosisOf } from '../../../shared/domain/audit/diagnosis.ts';
import { reportOf } from '../../../shared/domain/audit/report.ts';
import { REASONS } from '../../../shared/domain/basics/failure.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import type { HopState } from '../../../shared/domain/iam/evaluate-hop.ts';
import { CREATOR, MINTER, READER, READER_POLICY, RELAY, snapshot } from '../iam/snapshots.ts';

const caller = { email: MINTER };
const chain: Chain = {
  name: 'billing-export',
  delegates: [{ email: RELAY }],
  target: { email: READER },
  credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 3600 },
  secret: 'projects/acme-ops/secrets/billing-export',
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
};
const file = {
  caller,
  tickEverySeconds: 60,
  writesPerMinute: 540,
  chains: [chain],
  exceptions: [],
};
const RELAY_POLICY = `projects/acme-ops/serviceAccounts/${RELAY}`;
const granted = {
  [RELAY_POLICY]: [{ role: CREATOR, members: [`serviceAccount:${MINTER}`] }],
  [READER_POLICY]: [{ role: CREATOR, members: [`serviceAccount:${RELAY}`] }],
};
const DELEGATION = 'iam.serviceAccounts.implicitDelegation';
const GET_TOKEN = 'iam.serviceAccounts.getAccessToken';
const DENIED: Diagnosed = { reason: 'mint-denied', permission: GET_TOKEN };

type Parts = NonNullable<Parameters<typeof snapshot>[0]>;
const diagnose = (failed: Diagnosed, parts: Parts = { bindings: granted }, part = {}) => {
  const now = new Date('2026-11-22T12:00:00Z');
  const source = { digest: 'd', generation: '1' };
  const report = reportOf(file, source, snapshot(parts), undefined, now);
  return diagnosisOf(failed, { ...chain, ...part }, caller, report);
};

describe('a chain that was denied', () => {
  const disabled = {
    bindings: granted,
    accounts: {
      [RELAY]: {
        email: RELAY,
        uniqueId: '100000000000000000002',
        projectId: 'acme-ops',
        disabled: true,
      },
    },
  };
  const rows: [
    title: string,
    failed: Diagnosed,
    parts: Parts,
    verdict: string,
    hop: [number, HopState] | undefined,
    fix: RegExp | undefined,
  ][] = [
    [
      'waits while every hop looks right',
      DENIED,
      { bindings: granted },
      'propagating',
      undefined,
      undefined,
    ],
    [
      'has its first hop mended, where that is the one',
      { reason: 'mint-denied', permission: DELEGATION },
      { bindings: { ...granted, [RELAY_POLICY]: [] } },
      'hop',
      [1, 'missing'],
      /add-iam-policy-binding relay@.* --member=serviceAccount:minter@/,
    ],
    [
      'has the hop mended that lacks what Google names, where two are wrong',
      DENIED,
      { bindings: {} },
      'hop',
      [2, 'missing'],
      /add-iam-policy-binding reader@.* --member=serviceAccount:relay@/,
    ],
    [
      'has an account made, where one is not there',
      { reason: 'mint-denied' },
      { bindings: granted, accounts: { [READER]: 'missing' } },
      'hop',
      [2, 'missing'],
      /service-accounts create reader/,
    ],
    [
      'has an account enabled, whichever hop it is looked for at',
      DENIED,
      disabled,
      'hop',
      [2, 'denied'],
      /service-accounts enable relay@/,
    ],
    [
      'is not called right where a policy could not be read',
      DENIED,
      { bindings: granted, unreadPolicies: ['folders/82', READER_POLICY] },
      'undecided',
      [2, 'unknown'],
      undefined,
    ],
  ];
  it.each(rows)('%s', (_title, failed, parts, verdict, hop, fix) => {
    const told = diagnose(failed, parts);
    expect(told.verdict).toBe(verdict);
    expect(told.hop && [told.hop.number, told.hop.state]).toEqual(hop);
    if (fix) expect(told.fix?.gcloud).toMatch(fix);
    else expect(told.fix).toBeUndefined();
  });

  it('is told of an API or an organization policy before any hop', () => {
    const service = 'iamcredentials.googleapis.com';
    expect(diagnose({ ...DENIED, api: { service } }, { bindings: {} }).verdict).toBe('api');
    const constraint = 'constraints/iam.allowedPolicyMemberDomains';
    expect(diagnose({ ...DENIED, constraint }, { bindings: {} }).verdict).toBe('organization');
  });
});

describe('another failure', () => {
  const long = { credential: { ...chain.credential, lifetimeSeconds: 14_400 } };
  const rows: [title: string, failed: Diagnosed, part: object, verdict: string, says: RegExp][] = [
    [
      'names the permission on the secret',
      { reason: 'secret-denied', permission: 'secretmanager.versions.add' },
      {},
      'secret',
      /minter@.* needs secretmanager\.versions\.add on projects\/acme-ops\/secrets\/billing-export/,
    ],
    [
      'asks for the organization policy of a long life',
      { reason: 'mint-refused' },
      long,
      'organization',
      /allowServiceAccountCredentialLifetimeExtension/,
    ],
    [
      'asks for another chain, where its life is short',
      { reason: 'mint-refused' },
      {},
      'chain',
      /refuses the request/,
    ],
    [
      'is an alarm where a credential is disproved',
      { reason: 'disproved' },
      {},
      'alarm',
      /not stored/,
    ],
    ['passes while Google is busy', { reason: 'cloud-busy' }, {}, 'busy', /later tick/],
  ];
  it.each(rows)('%s', (_title, failed, part, verdict, says) => {
    const told = diagnose(failed, { bindings: granted }, part);
    expect(told.verdict).toBe(verdict);
    expect(told.says).toMatch(says);
  });

  it.each(REASONS)('has a verdict and a sentence: %s', (reason) => {
    const told = diagnosisOf({ reason }, chain, caller, undefined);
    expect(told.says).toMatch(/^\S.*[^.]$/);
  });
});
