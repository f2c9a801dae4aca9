import type { DenyRule } from '../../../../shared/domain/iam/policy.ts';
import { CREATOR, MINTER, READER, READER_POLICY, RELAY, role } from '../../iam/snapshots.ts';
import { grant, type Parts, relay, report, user, withGrants } from '../audit-world.ts';

const FIVE = ['getAccessToken', 'getOpenIdToken', 'signJwt', 'signBlob', 'implicitDelegation'];
const denying = (principal: string, ...names: string[]): DenyRule => ({
  deniedPrincipals: [principal],
  exceptionPrincipals: [],
  deniedPermissions: names.map((name) => `iam.googleapis.com/${name}`),
  exceptionPermissions: [],
});
const impersonation = FIVE.map((name) => `serviceAccounts.${name}`);
const group = 'principalSet://goog/group/oncall@acme.com';
const sa = (email: string) => `principal://iam.googleapis.com/projects/-/serviceAccounts/${email}`;
const under = (rule: DenyRule, parts: Parts): Parts => ({
  ...parts,
  deny: { 'projects/acme-data': [rule] },
});
const shown = (parts: Parts) =>
  report(parts).findings.map(({ severity, kind, evidence }) => [
    severity,
    kind,
    evidence.possible ?? false,
  ]);

describe('a member whose permissions a deny rule may take away', () => {
  it.each([
    {
      title: 'is possible, a step lower, if the rule is for a group that may include it',
      parts: under(denying(group, ...impersonation), withGrants(READER_POLICY, grant(user))),
      findings: [['medium', 'unexpected-impersonator', true]],
    },
    {
      title: 'is certain if the rule leaves another power with the same severity',
      parts: under(
        denying(group, 'serviceAccounts.getAccessToken'),
        withGrants(READER_POLICY, grant(user)),
      ),
      findings: [['high', 'unexpected-impersonator', false]],
    },
    {
      title: 'is not reported if the rule certainly denies it everything',
      parts: under(
        denying('principal://goog/subject/eve@acme.com', ...impersonation),
        withGrants(READER_POLICY, grant(user)),
      ),
      findings: [],
    },
    {
      title: 'is reported with what a rule leaves to it',
      parts: under(denying('principal://goog/subject/eve@acme.com', ...impersonation), {
        ...withGrants(READER_POLICY, grant(user, 'projects/acme-data/roles/x')),
        roles: [
          role('projects/acme-data/roles/x', [
            'iam.serviceAccounts.signJwt',
            'iam.serviceAccountKeys.create',
          ]),
        ],
      }),
      findings: [['high', 'escalation', false]],
    },
  ])('$title', ({ parts, findings }) => {
    expect(shown(parts)).toEqual(findings);
  });

  it('may be able to do it, says the summary', () => {
    const parts = under(denying(group, ...impersonation), withGrants(READER_POLICY, grant(user)));
    expect(report(parts).findings[0]?.evidence.summary).toMatch(
      /^user:eve@acme.com may be able to mint /,
    );
  });

  it('gets to the credential only possibly', () => {
    const parts = under(denying(group, ...impersonation), withGrants(READER_POLICY, grant(user)));
    expect(report(parts).chains[0]?.reach).toMatchObject([{ member: user, possible: true }]);
  });
});

describe('a grant of a hop above its account', () => {
  const above = withGrants('organizations/91', grant(relay));
  const overgrant = (parts: Parts) =>
    report(parts).findings.find(({ kind }) => kind === 'overgrant');

  it('opens all accounts below it', () => {
    expect(overgrant(above)?.evidence.accounts).toContain(READER);
    expect(overgrant(above)?.evidence.role).toBe(CREATOR);
  });

  it('is not shown as certain because another power with the same severity is', () => {
    const mover = role('roles/mover', [
      'iam.serviceAccounts.getAccessToken',
      'resourcemanager.projects.move',
    ]);
    const parts = under(denying(group, 'serviceAccounts.getAccessToken'), {
      ...withGrants('projects/acme-data', grant(user, mover.name)),
      roles: [mover],
    });
    const [found] = report(parts).findings;
    expect(found?.evidence.possible).toBeUndefined();
    expect(found?.evidence.summary).toMatch('can, or may be able to, mint access-token');
  });

  it('does not open an account on which a deny rule takes it away', () => {
    const parts = under(denying(sa(RELAY), ...impersonation), above);
    const { chains, findings } = report(parts);
    expect(chains[0]?.hops[1]?.state).toBe('denied');
    const [other] = findings.filter(({ kind }) => !kind.startsWith('hop-'));
    expect(other).toMatchObject({ kind: 'unexpected-impersonator', member: relay });
    expect(other?.evidence.accounts).toEqual([MINTER, RELAY]);
  });

  it('is not counted for the kinds that a deny rule takes away', () => {
    const parts = under(
      denying(sa(RELAY), 'serviceAccounts.signJwt', 'serviceAccounts.signBlob'),
      above,
    );
    const found = overgrant({
      ...parts,
      bindings: { ...parts.bindings, 'organizations/91': [], 'folders/82': [grant(relay)] },
    });
    expect(found?.evidence.kinds).toEqual(['access-token', 'id-token']);
  });
});
