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
    [
      'is not reported if only the minter writes it and only its readers read it',
      withBindings(
        { [chain.secret]: [grant(minter, minterRole.name), reads(job)] },
        { roles: [minterRole] },
      ),
      [],
      readers,
    ],
    [
      'has a reader that the chain does not list',
      withBindings({ [chain.secret]: [reads(job), reads(user)] }),
      [['medium', 'secret-readers', 'reader', 'user:eve']],
      readers,
    ],
    [
      'has a reader, and the chain lists none: that is info',
      withBindings({ [chain.secret]: [reads(job)] }),
      [['info', 'secret-readers', 'reader', shortJob]],
    ],
    [
      'has a reader by inheritance, like every secret of the project',
      withGrants('projects/acme-ops', reads(job)),
      [['low', 'secret-readers', 'reader', shortJob]],
    ],
    [
      'has an unexpected writer',
      withBindings({ [chain.secret]: [grant(user, 'roles/secretmanager.secretVersionManager')] }),
      [['high', 'secret-writers', 'reader', 'user:eve']],
    ],
    [
      'has a writer by inheritance',
      withGrants('folders/81', grant(user, 'roles/secretmanager.secretVersionManager')),
      [['medium', 'secret-writers', 'reader', 'user:eve']],
    ],
    [
      'has a policy that a member can change',
      withBindings({ [chain.secret]: [grant(user, 'roles/secretmanager.admin')] }),
      [['high', 'secret-writers', 'reader', 'user:eve']],
    ],
    [
      'is not affected by a reader of secrets in another project',
      withGrants('projects/acme-data', reads(user)),
      [],
    ],
  ];
  it.each(cases)('%s', expectFindings);

  it('is named in the finding, and the fix removes the member', () => {
    const [finding] = report(withBindings({ [chain.secret]: [reads(user)] }), readers).findings;
    expect(finding?.evidence).toMatchObject({
      secrets: [chain.secret],
      chains: ['billing-export'],
    });
    expect(finding?.fix?.gcloud).toBe(
      'gcloud secrets remove-iam-policy-binding billing-export --member=user:eve@acme.com --role=roles/secretmanager.secretAccessor --condition=None --project=acme-ops',
    );
  });
});
