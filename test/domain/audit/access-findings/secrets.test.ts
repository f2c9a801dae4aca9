import { role } from '../../iam/snapshots.ts';
import {
  chain,
  expectFindings,
  type FindingRow,
  grant,
  minter,
  report,
  user,
  withBindings,
  withGrants,
} from '../audit-world.ts';

describe('a secret', () => {
  const reads = (who: string) => grant(who, 'roles/secretmanager.secretAccessor');
  const job = 'serviceAccount:job@acme-data.iam.gserviceaccount.com';
  const shortJob = 'serviceAccount:job';
  const readers = { chains: [{ ...chain, readers: [job] }] };
  const minterRole = role('projects/acme-ops/roles/hopmintMinter', [
    'secretmanager.secrets.get',
    'secretmanager.secrets.update',
    'secretmanager.versions.add',
    'secretmanager.versions.destroy',
  ]);
  const cases: FindingRow[] = [
    {
      title: 'is not reported if only the minter writes it and only its readers read it',
      parts: withBindings(
        { [chain.secret]: [grant(minter, minterRole.name), reads(job)] },
        { roles: [minterRole] },
      ),
      findings: [],
      edit: readers,
    },
    {
      title: 'has a reader that the chain does not list',
      parts: withBindings({ [chain.secret]: [reads(job), reads(user)] }),
      findings: [['medium', 'secret-readers', 'reader', 'user:eve']],
      edit: readers,
    },
    {
      title: 'has a declared reader without a grant',
      parts: withBindings(
        { [chain.secret]: [grant(minter, minterRole.name)] },
        { roles: [minterRole] },
      ),
      findings: [['high', 'reader-missing', 'billing-export/undefined', 'reader', shortJob]],
      edit: readers,
    },
    {
      title: 'has a declared reader whose grant has ended',
      parts: withBindings({
        [chain.secret]: [
          grant(
            job,
            'roles/secretmanager.secretAccessor',
            'request.time < timestamp("2020-01-01T00:00:00Z")',
          ),
        ],
      }),
      findings: [['high', 'reader-missing', 'billing-export/undefined', 'reader', shortJob]],
      edit: readers,
    },
    {
      title: 'has a declared reader that reads by inheritance',
      parts: withGrants('projects/acme-ops', reads(job)),
      findings: [],
      edit: readers,
    },
    {
      title: 'has a declared reader that may be in a group with a grant',
      parts: withBindings({ [chain.secret]: [reads('group:jobs@acme.com')] }),
      findings: [['medium', 'secret-readers', 'reader', 'group:jobs']],
      edit: readers,
    },
    {
      title: 'has a declared reader whose grant cannot be decided',
      parts: withBindings({
        [chain.secret]: [
          grant(job, 'roles/secretmanager.secretAccessor', 'resource.matchTag("1/a", "b")'),
        ],
      }),
      findings: [],
      edit: readers,
    },
    {
      title: 'has a reader, and the chain lists none: that is info',
      parts: withBindings({ [chain.secret]: [reads(job)] }),
      findings: [['info', 'secret-readers', 'reader', shortJob]],
    },
    ...[
      {
        expression: 'resource.type == "secretmanager.googleapis.com/SecretVersion"',
        severity: 'low',
      },
      { expression: 'resource.service == "secretmanager.googleapis.com"', severity: 'low' },
      { expression: 'resource.type == "secretmanager.googleapis.com/Secret"', severity: undefined },
      { expression: 'resource.name.startsWith("projects/acme-ops/")', severity: 'low' },
    ].map(({ expression, severity }) => ({
      title: `has ${severity ? 'a' : 'no'} reader by inheritance if ${expression}`,
      parts: withGrants('projects/acme-ops', {
        ...reads(job),
        condition: { expression },
      }),
      findings: severity ? [[severity, 'secret-readers', 'reader', shortJob]] : [],
    })),
    ...[
      { name: 'projects/700000000001/secrets/billing-export', severity: 'medium' },
      { name: 'projects/700000000001/secrets/other', severity: undefined },
      { name: 'projects/acme-ops/secrets/billing-export', severity: undefined },
    ].map(({ name, severity }) => ({
      title: `has ${severity ? 'a' : 'no'} writer by inheritance if the condition names ${name}`,
      parts: {
        ...withGrants(
          'projects/acme-ops',
          grant(user, 'roles/updater', `resource.name == "${name}"`),
        ),
        roles: [role('roles/updater', ['secretmanager.secrets.update'])],
      },
      findings: severity ? [[severity, 'secret-writers', 'reader', 'user:eve']] : [],
    })),
    {
      title: 'has a reader by inheritance, like every secret of the project',
      parts: withGrants('projects/acme-ops', reads(job)),
      findings: [['low', 'secret-readers', 'reader', shortJob]],
    },
    {
      title: 'has an unexpected writer',
      parts: withBindings({
        [chain.secret]: [grant(user, 'roles/secretmanager.secretVersionManager')],
      }),
      findings: [['high', 'secret-writers', 'reader', 'user:eve']],
    },
    {
      title: 'has a writer by inheritance',
      parts: withGrants('folders/81', grant(user, 'roles/secretmanager.secretVersionManager')),
      findings: [['medium', 'secret-writers', 'reader', 'user:eve']],
    },
    {
      title: 'has a policy that a member can change',
      parts: withBindings({ [chain.secret]: [grant(user, 'roles/secretmanager.admin')] }),
      findings: [['high', 'secret-writers', 'reader', 'user:eve']],
    },
    {
      title: 'is not affected by a reader of secrets in another project',
      parts: withGrants('projects/acme-data', reads(user)),
      findings: [],
    },
  ];
  it.each(cases)('$title', expectFindings);

  it('is named in the finding, and the fix removes the member', () => {
    const policy = { [chain.secret]: [reads(user), reads(job)] };
    const [finding] = report(withBindings(policy), readers).findings;
    expect(finding?.chains).toEqual(['billing-export']);
    expect(finding?.evidence.secrets).toEqual([chain.secret]);
    expect(finding?.fix?.gcloud).toBe(
      'gcloud secrets remove-iam-policy-binding billing-export --member=user:eve@acme.com --role=roles/secretmanager.secretAccessor --condition=None --project=acme-ops',
    );
  });
});
