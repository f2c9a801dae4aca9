import { account, CREATOR, MINTER, READER, READER_POLICY, RELAY, role } from '../iam/snapshots.ts';
import {
  chain,
  DEPLOYER,
  DEPLOYER_POLICY,
  deployer,
  expectFindings,
  type FindingRow,
  grant,
  needed,
  neededAnd,
  others,
  RELAY_POLICY,
  report,
  user,
  withBindings,
  withGrants,
} from './audit-world.ts';

const accounts = { [DEPLOYER]: others[DEPLOYER] };
const certain = ['high', 'unexpected-impersonator', 'reader', 'user:eve'];
const possible = ['medium', 'unexpected-impersonator', 'reader', 'user:eve'];

/** Situations in which an audit once said nothing. */
describe('a member that can mint is reported', () => {
  const cases: FindingRow[] = [
    {
      title: 'if it can become an owner of the project',
      parts: {
        accounts,
        bindings: {
          ...needed,
          'projects/acme-data': [grant(deployer, 'roles/owner')],
          [DEPLOYER_POLICY]: [grant(user)],
        },
      },
      findings: [
        certain,
        ['info', 'unexpected-administrator', 'reader', 'serviceAccount:deployer'],
      ],
    },
    ...[
      { what: 'a comment that ends at a carriage return', text: 'true //\r && false' },
      { what: 'an order of texts', text: '"\\uFFFD" < "\\u{1F600}"' },
    ].map(({ what, text }) => ({
      title: `as possible if the condition of its grant has ${what}`,
      parts: withGrants('projects/acme-data', grant(user, CREATOR, text)),
      findings: [possible],
    })),
  ];
  it.each(cases)('$title', expectFindings);

  it('if a pinned delegate is gone, and it can become the account that has its email now', () => {
    const pinned = { email: RELAY, uniqueId: '999999999999999999999' };
    const { findings, chains } = report(
      {
        accounts: {
          [pinned.uniqueId]: 'missing',
          [RELAY]: account(RELAY, '100000000000000000009'),
        },
        bindings: { ...needed, [RELAY_POLICY]: [grant(user)] },
      },
      { chains: [{ ...chain, delegates: [pinned] }] },
    );
    const named = findings.flatMap(({ member, members }) => members ?? member ?? []);
    expect(named).toEqual(expect.arrayContaining([user, `serviceAccount:${RELAY}`]));
    expect(chains[0]?.hops.map(({ state }) => state)).not.toContain('ok');
  });
});

/** Everything that a holder of one more permission can do, a holder of fewer can do too. */
describe('one more permission never lowers a severity', () => {
  const ORDER = ['critical', 'high', 'medium', 'low', 'info', undefined];
  const POWERS = [
    'iam.serviceAccountKeys.create',
    'iam.serviceAccounts.setIamPolicy',
    'iam.serviceAccounts.actAs',
    'iam.serviceAccounts.getOpenIdToken',
    'iam.serviceAccounts.implicitDelegation',
    'iam.roles.update',
    'resourcemanager.projects.setIamPolicy',
    'resourcemanager.projects.move',
    'secretmanager.versions.add',
    'secretmanager.versions.access',
    'secretmanager.secrets.setIamPolicy',
  ];
  const severityOf = (resource: string, permissions: string[]): number => {
    const { findings } = report(
      withBindings(
        { [resource]: neededAnd(resource, grant(user, 'roles/some')) },
        { roles: [role('roles/some', permissions)] },
      ),
    );
    const own = findings.filter(({ member, members }) => (members ?? [member]).includes(user));
    return Math.min(...own.map(({ severity }) => ORDER.indexOf(severity)), ORDER.length - 1);
  };
  it.each(['projects/acme-data', 'projects/acme-ops', READER_POLICY, chain.secret])(
    'on %s',
    (resource) => {
      const lowered = POWERS.flatMap((power) => {
        const alone = severityOf(resource, [power]);
        return POWERS.filter((more) => severityOf(resource, [power, more]) > alone).map(
          (more) => `${power} with ${more}`,
        );
      });
      expect(lowered).toEqual([]);
    },
  );
});

it('a chain by unique ID has emails in its report', () => {
  const byId = { ...chain, delegates: [], target: { uniqueId: '100000000000000000003' } };
  const { findings, chains } = report(
    {
      accounts: { '100000000000000000003': account(READER, '100000000000000000003') },
      bindings: { [READER_POLICY]: [grant(user)] },
    },
    { chains: [byId] },
  );
  const text = findings.map(({ evidence }) => evidence.summary).join('\n');
  expect(chains[0]?.hops).toMatchObject([{ from: MINTER, to: READER }]);
  expect(text).toContain(READER);
  expect(text).not.toMatch(/\d{21}/);
});
