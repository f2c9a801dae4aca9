import type { Binding } from '../../../../shared/domain/iam/policy.ts';
import { READER_POLICY } from '../../iam/snapshots.ts';
import {
  grant,
  minter,
  needed,
  type Parts,
  RELAY_POLICY,
  relay,
  report,
  short,
} from '../audit-world.ts';

describe('a hop that does not work', () => {
  const never = { expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' };
  const tagged = { expression: 'resource.matchTag("a/b", "c")' };
  const denyAll = {
    deniedPrincipals: ['principalSet://goog/public:all'],
    exceptionPrincipals: [],
    deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
    exceptionPermissions: [],
  };
  const secondHop = (binding: Binding): Parts => ({
    bindings: { ...needed, [READER_POLICY]: [binding] },
  });
  const cases: { title: string; parts: Parts; findings: unknown[][]; states: string[] }[] = [
    {
      title: 'is reported if it has no grant',
      parts: { bindings: { ...needed, [READER_POLICY]: [] } },
      findings: [['high', 'hop-missing', 'billing-export/2', 'reader', 'serviceAccount:relay']],
      states: ['ok', 'missing'],
    },
    {
      title: 'is reported if its role does not have implicitDelegation',
      parts: {
        bindings: {
          ...needed,
          [RELAY_POLICY]: [grant(minter, 'roles/iam.workloadIdentityUser')],
        },
      },
      findings: [['high', 'hop-missing', 'billing-export/1', 'relay', 'serviceAccount:minter']],
      states: ['missing', 'ok'],
    },
    {
      title: 'is reported with a condition that does not hold',
      parts: secondHop({ ...grant(relay), condition: never }),
      findings: [['high', 'hop-conditional', 'billing-export/2', 'reader', 'serviceAccount:relay']],
      states: ['ok', 'missing'],
    },
    {
      title: 'is reported with a condition that cannot be decided',
      parts: secondHop({ ...grant(relay), condition: tagged }),
      findings: [
        ['medium', 'hop-conditional', 'billing-export/2', 'reader', 'serviceAccount:relay'],
      ],
      states: ['ok', 'unknown'],
    },
    {
      title: 'is reported with the deny policy that forbids it',
      parts: { bindings: needed, deny: { 'projects/acme-data': [denyAll] } },
      findings: [['high', 'hop-denied', 'billing-export/2', 'reader', 'serviceAccount:relay']],
      states: ['ok', 'denied'],
    },
  ];
  it.each(cases)('$title', ({ parts, findings, states }) => {
    const made = report(parts);
    expect(made.findings.map(short)).toEqual(findings);
    expect(made.chains[0]?.hops.map(({ state }) => state)).toEqual(states);
    expect(made.clean).toBe(false);
  });

  it('says why a condition or a deny rule is not evaluated', () => {
    const long = { expression: `true${' '.repeat(40_000)}` };
    const byGrant = report(secondHop({ ...grant(relay), condition: long }));
    expect(byGrant.findings[0]?.evidence.summary).toMatch(
      /the condition of its grant cannot be decided, because the condition is longer than 4 KiB$/,
    );
    const deny = { 'projects/acme-data': [{ ...denyAll, condition: long }] };
    const { coverage } = report({ bindings: needed, deny });
    expect(coverage.unread.map(({ reason }) => reason)).toEqual([
      'whether rule 1 denies a hop is unknown, because the condition is longer than 4 KiB',
    ]);
  });

  it('is unknown if its grant is for a group, and coverage names the group', () => {
    const made = report({
      bindings: { ...needed, [READER_POLICY]: [grant('group:relays@acme.com')] },
    });
    expect(made.chains[0]?.state).toBe('unknown');
    expect(made.coverage.unread.map(({ resource }) => resource)).toEqual(['group:relays@acme.com']);
    expect(made.clean).toBe(false);
  });
});
