import { type Diagnosed, diagnosisOf } from '../../../shared/domain/audit/diagnosis.ts';
import { REASONS } from '../../../shared/domain/basics/failure.ts';
import type { HopState } from '../../../shared/domain/iam/evaluate-hop.ts';
import { account, READER, READER_POLICY, RELAY } from '../iam/snapshots.ts';
import { chain, file, needed, type Parts, RELAY_POLICY, report } from './audit-world.ts';

const DELEGATION = 'iam.serviceAccounts.implicitDelegation';
const GET_TOKEN = 'iam.serviceAccounts.getAccessToken';
const DENIED: Diagnosed = { reason: 'mint-denied', permission: GET_TOKEN };

const diagnose = (failed: Diagnosed, parts: Parts = { bindings: needed }, edit = {}) =>
  diagnosisOf(failed, { ...chain, ...edit }, file.caller, report(parts));

describe('a denied mint', () => {
  const disabled = { bindings: needed, accounts: { [RELAY]: account(RELAY, '2', true) } };
  const rows: [
    title: string,
    failed: Diagnosed,
    parts: Parts,
    cause: string,
    hop: [number, HopState] | undefined,
    fix: RegExp | undefined,
  ][] = [
    [
      'is propagating if every hop looks right',
      DENIED,
      { bindings: needed },
      'propagating',
      undefined,
      undefined,
    ],
    [
      'names the first hop if that hop is wrong, and grants it',
      { reason: 'mint-denied', permission: DELEGATION },
      { bindings: { ...needed, [RELAY_POLICY]: [] } },
      'hop',
      [1, 'missing'],
      /add-iam-policy-binding relay@.* --member=serviceAccount:minter@/,
    ],
    [
      'names the hop with the permission that Google named if two hops are wrong',
      DENIED,
      { bindings: {} },
      'hop',
      [2, 'missing'],
      /add-iam-policy-binding reader@.* --member=serviceAccount:relay@/,
    ],
    [
      'creates an account that does not exist',
      { reason: 'mint-denied' },
      { bindings: needed, accounts: { [READER]: 'missing' } },
      'hop',
      [2, 'missing'],
      /service-accounts create reader/,
    ],
    [
      'enables a disabled account, also at the hop after it',
      DENIED,
      disabled,
      'hop',
      [2, 'denied'],
      /service-accounts enable relay@/,
    ],
    [
      'is unknown if a policy could not be read',
      DENIED,
      { bindings: needed, unreadPolicies: ['folders/82', READER_POLICY] },
      'unknown',
      [2, 'unknown'],
      undefined,
    ],
  ];
  it.each(rows)('%s', (_title, failed, parts, cause, hop, fix) => {
    const diagnosis = diagnose(failed, parts);
    expect(diagnosis.cause).toBe(cause);
    expect(diagnosis.hop && [diagnosis.hop.number, diagnosis.hop.state]).toEqual(hop);
    if (fix) expect(diagnosis.fix?.gcloud).toMatch(fix);
    else expect(diagnosis.fix).toBeUndefined();
  });

  it('is caused by a disabled API or an organization policy rather than by a hop', () => {
    const service = 'iamcredentials.googleapis.com';
    expect(diagnose({ ...DENIED, api: { service } }, { bindings: {} }).cause).toBe('api');
    const constraint = 'constraints/iam.allowedPolicyMemberDomains';
    expect(diagnose({ ...DENIED, constraint }, { bindings: {} }).cause).toBe('organization');
  });
});

describe('another failure', () => {
  const long = { credential: { ...chain.credential, lifetimeSeconds: 14_400 } };
  const rows: [title: string, failed: Diagnosed, edit: object, cause: string, summary: RegExp][] = [
    [
      'names the missing permission on the secret',
      { reason: 'secret-denied', permission: 'secretmanager.versions.add' },
      {},
      'secret',
      /minter@.* needs secretmanager\.versions\.add on projects\/acme-ops\/secrets\/billing-export/,
    ],
    [
      'names the organization policy for a long lifetime',
      { reason: 'mint-refused' },
      long,
      'organization',
      /allowServiceAccountCredentialLifetimeExtension/,
    ],
    [
      'names the chain if its lifetime is short',
      { reason: 'mint-refused' },
      {},
      'chain',
      /refuses the request/,
    ],
    [
      'names the credential that was disproved',
      { reason: 'disproved' },
      {},
      'credential',
      /not stored/,
    ],
    ['is temporary while Google is busy', { reason: 'cloud-busy' }, {}, 'busy', /later tick/],
  ];
  it.each(rows)('%s', (_title, failed, edit, cause, summary) => {
    const diagnosis = diagnose(failed, { bindings: needed }, edit);
    expect(diagnosis.cause).toBe(cause);
    expect(diagnosis.summary).toMatch(summary);
  });

  it.each(REASONS)('has a cause and a summary for %s', (reason) => {
    const diagnosis = diagnosisOf({ reason }, chain, file.caller, undefined);
    expect(diagnosis.summary).toMatch(/^\S.*[^.]$/);
  });
});
