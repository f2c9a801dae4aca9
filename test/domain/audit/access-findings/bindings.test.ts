import type { Finding } from '../../../../shared/domain/audit/finding/finding.ts';
import {
  compareSeverity,
  type Severity,
} from '../../../../shared/domain/audit/finding/severity.ts';
import { listed } from '../../../../shared/domain/audit/listed-report.ts';
import type { ChainFile } from '../../../../shared/domain/chain/chain.ts';
import {
  OPEN_ACCOUNT,
  OPEN_SECRET,
  UPDATE_DENY_POLICY,
  UPDATE_SERVICE,
} from '../../../../shared/domain/iam/permissions.ts';
import { CREATOR, READER_POLICY, role } from '../../iam/snapshots.ts';
import {
  chain,
  grant,
  minter,
  needed,
  type Parts,
  relay,
  report,
  user,
  withGrants,
} from '../audit-world.ts';

const crowd = Array.from({ length: 300 }, (_, i) => `user:u${String(i).padStart(3, '0')}@acme.com`);
const by = (members: readonly string[], resource = READER_POLICY): Parts =>
  withGrants(resource, { ...grant(''), members });
const only = (findings: readonly Finding[]): Finding => {
  const [first, ...more] = findings;
  if (!first || more.length > 0) throw new Error(`${findings.length} findings`);
  return first;
};

describe('a binding with 300 unexpected members', () => {
  const finding = only(report(by(crowd)).findings);

  it('is one finding with all of them, and no command for more members than a report lists', () => {
    expect(finding).toMatchObject({ members: crowd, memberCount: 300 });
    expect(finding.member).toBeUndefined();
    expect(finding.fix).toBeUndefined();
    expect(finding.evidence.summary).toMatch(
      /^user:u000@\S+, user:u001@\S+, user:u002@\S+ and 297 more can mint /,
    );
  });

  it('lists 200 of them in a report, and counts all', () => {
    const shown = only(listed(report(by(crowd))).findings);
    expect(shown).toEqual({ ...finding, members: crowd.slice(0, 200) });
  });

  it('is the same finding if the policy lists them in another order, or others', () => {
    expect(report(by(crowd.toReversed())).findings).toEqual([finding]);
    expect(only(report(by([user])).findings).fingerprint).toBe(finding.fingerprint);
  });
});

describe('a binding with several unexpected members', () => {
  it('has a fix that removes all of them', () => {
    const { fix } = only(report(by(['user:b@acme.com', 'user:a@acme.com'])).findings);
    expect(fix?.gcloud).toBe(
      `for member in user:a@acme.com user:b@acme.com; do gcloud iam service-accounts remove-iam-policy-binding reader@acme-data.iam.gserviceaccount.com --member="$member" --role=${CREATOR} --condition=None --project=acme-data; done`,
    );
  });

  it('has one finding for each kind, because each kind has its own remedy', () => {
    const { findings } = report(
      by(['allUsers', user, relay, minter, 'user:a@acme.com'], 'projects/acme-data'),
    );
    expect(
      findings.map(({ kind, severity, member, members }) => [severity, kind, members ?? member]),
    ).toEqual([
      ['critical', 'public', 'allUsers'],
      ['high', 'unexpected-impersonator', ['user:a@acme.com', user]],
      ['medium', 'overgrant', relay],
      ['medium', 'shortcut', minter],
    ]);
  });

  it('has one finding although the policy repeats the binding', () => {
    const { members } = only(
      report(withGrants(READER_POLICY, grant(user), grant('user:a@acme.com'))).findings,
    );
    expect(members).toEqual(['user:a@acme.com', user]);
  });

  it('names the chain of its hops only if it is the same', () => {
    const second = { ...chain, name: 'second', delegates: [] };
    const parts = {
      bindings: {
        ...needed,
        [READER_POLICY]: [],
        'projects/acme-data': [grant(relay), grant(minter)],
      },
    };
    const finding = only(report(parts, { chains: [chain, second] }).findings);
    expect(finding).toMatchObject({ kind: 'overgrant', chains: ['billing-export', 'second'] });
    expect([finding.chain, finding.hop]).toEqual([undefined, undefined]);
  });
});

describe('another permission', () => {
  const permissions = [
    ...new Set([
      ...OPEN_ACCOUNT,
      ...OPEN_SECRET,
      ...UPDATE_SERVICE,
      ...UPDATE_DENY_POLICY,
      'iam.roles.update',
    ]),
  ];
  const custom = 'projects/acme-ops/roles/x';
  /** Eve has a role with these permissions; the worst severity of her findings. */
  const worst = (
    resource: string,
    held: readonly string[],
    edit: Partial<ChainFile> = {},
  ): Severity => {
    const parts = {
      ...withGrants(resource, grant(user, custom)),
      roles: [role(custom, [...held])],
    };
    const [finding] = report(parts, edit).findings;
    return finding?.severity ?? 'info';
  };
  it.each([
    { title: 'an account', resource: READER_POLICY },
    { title: 'a secret', resource: chain.secret },
    { title: 'a project', resource: 'projects/acme-ops' },
    { title: 'the organization', resource: 'organizations/91' },
    {
      title: 'a project, if the chain file declares another administrator',
      resource: 'projects/acme-ops',
      edit: {
        administrators: [
          { member: 'group:a@acme.com', on: 'organizations/91', reviewed: new Date('2026-11-01') },
        ],
      },
    },
  ])('never lowers the severity on $title', ({ resource, edit }) => {
    const alone = new Map(permissions.map((one) => [one, worst(resource, [one], edit)]));
    const lowered = permissions.flatMap((one, i) =>
      permissions.slice(i + 1).flatMap((other) => {
        const both = worst(resource, [one, other], edit);
        const isLower = [one, other].some((p) => compareSeverity(both, alone.get(p) ?? 'info') > 0);
        return isLower ? [[one, other, both]] : [];
      }),
    );
    expect(lowered).toEqual([]);
  });

  it.each([
    {
      title: 'next to the creation of keys',
      held: ['iam.serviceAccountKeys.create', 'iam.serviceAccounts.setIamPolicy'],
    },
    {
      title: 'next to new versions of secrets',
      held: ['secretmanager.versions.add', 'secretmanager.secrets.setIamPolicy'],
    },
  ])('leaves the right to set policies on the project as high: $title', ({ held }) => {
    expect(worst('projects/acme-ops', held)).toBe('high');
  });
});
