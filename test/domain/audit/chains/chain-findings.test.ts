import type { Chain } from '../../../../shared/domain/chain/chain.ts';
import type { LifetimePolicy } from '../../../../shared/domain/iam/lifetime-policy.ts';
import { READER, READER_POLICY } from '../../iam/snapshots.ts';
import {
  chain,
  expectFindings,
  type FindingRow,
  grant,
  needed,
  type Parts,
  report,
  user,
  withGrants,
} from '../audit-world.ts';

describe('a finding about the chain file', () => {
  const long: Chain = {
    ...chain,
    credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 7200 },
  };
  const policy = { allowAll: false, denyAll: false, allowedValues: [], deniedValues: [] };
  const allowed = (change: Partial<LifetimePolicy>): Parts => ({
    bindings: needed,
    lifetimePolicies: { 'acme-data': { ...policy, ...change } },
  });
  const signed = (claims: Record<string, unknown>, allowTokenExchange = true): Chain => ({
    ...chain,
    credential: { kind: 'signed-jwt', claims, lifetimeSeconds: 3600, allowTokenExchange },
  });
  const exception = {
    account: { email: READER },
    member: user,
    reason: 'INC-1',
    owner: 'o@acme.com',
    expires: new Date('2026-11-22T11:00:00Z'),
  };
  const at = ['billing-export/2', 'reader'];
  const cases: FindingRow[] = [
    {
      title: 'is made for a lifetime that the organization does not allow',
      parts: allowed({}),
      findings: [['high', 'lifetime-not-allowed', ...at]],
      edit: { chains: [long] },
    },
    {
      title: 'is not made for a lifetime that the organization allows this account',
      parts: allowed({ allowedValues: [`is:${READER}`] }),
      findings: [],
      edit: { chains: [long] },
    },
    {
      title: 'is made for a lifetime that the organization denies this account',
      parts: allowed({ allowAll: true, deniedValues: [READER] }),
      findings: [['high', 'lifetime-not-allowed', ...at]],
      edit: { chains: [long] },
    },
    {
      title: 'is not made for a lifetime of an hour, although the organization allows nothing',
      parts: allowed({}),
      findings: [],
    },
    {
      title: 'is made for a JWT that can be exchanged for a token',
      parts: { bindings: needed },
      findings: [['medium', 'token-exchange', ...at]],
      edit: { chains: [signed({ aud: 'https://oauth2.googleapis.com/token' })] },
    },
    {
      title: "is high for a JWT that can be exchanged for a user's token",
      parts: { bindings: needed },
      findings: [['high', 'token-exchange', ...at]],
      edit: {
        chains: [signed({ aud: 'https://oauth2.googleapis.com/token', prn: 'ada@acme.com' })],
      },
    },
    {
      title: 'is not made for a JWT that cannot be exchanged',
      parts: { bindings: needed },
      findings: [],
      edit: { chains: [signed({ aud: 'https://firestore.googleapis.com/' }, false)] },
    },
    {
      title: 'is made for an expired exception whose member has a grant',
      parts: withGrants(READER_POLICY, grant(user)),
      findings: [
        ['high', 'unexpected-impersonator', 'reader', 'user:eve'],
        ['low', 'exception-expired', 'reader', 'user:eve'],
      ],
      edit: { exceptions: [exception] },
    },
    {
      title: 'is made for an expired exception whose member has a grant above the account',
      parts: withGrants('projects/acme-data', grant(user)),
      findings: [
        ['high', 'unexpected-impersonator', 'reader', 'user:eve'],
        ['low', 'exception-expired', 'reader', 'user:eve'],
      ],
      edit: { exceptions: [exception] },
    },
    {
      title: 'is info for an expired exception whose member has no grant',
      parts: { bindings: needed },
      findings: [['info', 'exception-expired', 'reader', 'user:eve']],
      edit: { exceptions: [exception] },
    },
  ];
  it.each(cases)('$title', expectFindings);

  it('makes the chain broken if the lifetime is not allowed, although its hops are ok', () => {
    const [made] = report(allowed({}), { chains: [long] }).chains;
    expect(made?.state).toBe('broken');
    expect(made?.hops.map(({ state }) => state)).toEqual(['ok', 'ok']);
  });

  // hashicorp/vault-plugin-secrets-gcp#98 and google-github-actions/auth#505: users could not see why twelve hours were refused.
  it('names the constraint and the account, and the fix keeps the values that are allowed already', () => {
    const [finding] = report(allowed({ allowedValues: ['batch@x.y'] }), {
      chains: [long],
    }).findings;
    expect(finding?.evidence).toMatchObject({
      constraint: 'constraints/iam.allowServiceAccountCredentialLifetimeExtension',
      accounts: [READER],
    });
    expect(finding?.fix?.gcloud).toBe(
      `gcloud resource-manager org-policies allow iam.allowServiceAccountCredentialLifetimeExtension batch@x.y ${READER} --project=acme-data`,
    );
  });
});
