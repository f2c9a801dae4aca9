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
  const rows: {
    title: string;
    failed: Diagnosed;
    parts: Parts;
    cause: string;
    hop: [number, HopState] | undefined;
    fix: RegExp | undefined;
  }[] = [
    {
      title: 'is propagating if every hop looks right',
      failed: DENIED,
      parts: { bindings: needed },
      cause: 'propagating',
      hop: undefined,
      fix: undefined,
    },
    {
      title: 'names the first hop if that hop is wrong, and grants it',
      failed: { reason: 'mint-denied', permission: DELEGATION },
      parts: { bindings: { ...needed, [RELAY_POLICY]: [] } },
      cause: 'hop',
      hop: [1, 'missing'],
      fix: /add-iam-policy-binding relay@.* --member=serviceAccount:minter@/,
    },
    {
      title: 'names the hop with the permission that Google named if two hops are wrong',
      failed: DENIED,
      parts: { bindings: {} },
      cause: 'hop',
      hop: [2, 'missing'],
      fix: /add-iam-policy-binding reader@.* --member=serviceAccount:relay@/,
    },
    {
      title: 'creates an account that does not exist',
      failed: { reason: 'mint-denied' },
      parts: { bindings: needed, accounts: { [READER]: 'missing' } },
      cause: 'hop',
      hop: [2, 'missing'],
      fix: /service-accounts create reader/,
    },
    {
      title: 'enables a disabled account, also at the hop after it',
      failed: DENIED,
      parts: disabled,
      cause: 'hop',
      hop: [2, 'denied'],
      fix: /service-accounts enable relay@/,
    },
    {
      title: 'is unknown if a policy could not be read',
      failed: DENIED,
      parts: { bindings: needed, unreadPolicies: ['folders/82', READER_POLICY] },
      cause: 'unknown',
      hop: [2, 'unknown'],
      fix: undefined,
    },
  ];
  it.each(rows)('$title', ({ failed, parts, cause, hop, fix }) => {
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
  const rows: { title: string; failed: Diagnosed; edit: object; cause: string; summary: RegExp }[] =
    [
      {
        title: 'names the missing permission on the secret',
        failed: { reason: 'secret-denied', permission: 'secretmanager.versions.add' },
        edit: {},
        cause: 'secret',
        summary:
          /minter@.* needs secretmanager\.versions\.add on projects\/acme-ops\/secrets\/billing-export/,
      },
      {
        title: 'names the organization policy for a long lifetime',
        failed: { reason: 'mint-refused' },
        edit: long,
        cause: 'organization',
        summary: /allowServiceAccountCredentialLifetimeExtension/,
      },
      {
        title: 'names the chain if its lifetime is short',
        failed: { reason: 'mint-refused' },
        edit: {},
        cause: 'chain',
        summary: /refuses the request/,
      },
      {
        title: 'names the published file if it asks for a credential of another kind',
        failed: { reason: 'signing-refused' },
        edit: {},
        cause: 'chain',
        summary: /publish the chain file again/,
      },
      {
        title: 'names the credential that was disproved',
        failed: { reason: 'disproved' },
        edit: {},
        cause: 'credential',
        summary: /not stored/,
      },
      {
        title: 'is temporary while Google is busy',
        failed: { reason: 'cloud-busy' },
        edit: {},
        cause: 'busy',
        summary: /later tick/,
      },
    ];
  it.each(rows)('$title', ({ failed, edit, cause, summary }) => {
    const diagnosis = diagnose(failed, { bindings: needed }, edit);
    expect(diagnosis.cause).toBe(cause);
    expect(diagnosis.summary).toMatch(summary);
  });

  it.each(REASONS)('has a cause and a summary for %s', (reason) => {
    const diagnosis = diagnosisOf({ reason }, chain, file.caller, undefined);
    expect(diagnosis.summary).toMatch(/^\S.*[^.]$/);
  });
});
