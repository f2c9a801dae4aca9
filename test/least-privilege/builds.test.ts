import { OTHER_GRANTS } from './other-grants.ts';

// test/real/terraform/grants.real.ts shows that the Terraform module makes these grants, and no other.

const rolesOf = (account: string): string[] =>
  OTHER_GRANTS.filter(({ member }) => member.test(`serviceAccount:${account}@x`))
    .filter(({ member }) => member.source.includes('hopmint-')) // not a publisher
    .map(({ role }) => role)
    .sort();

describe('the accounts of the builds', () => {
  it.each([
    {
      account: 'hopmint-check',
      what: 'only read the source and write the log',
      roles: ['roles/logging.logWriter', 'roles/storage.objectViewer'],
    },
    {
      account: 'hopmint-build',
      what: 'read the source, push an image and write the log',
      roles: [
        'roles/artifactregistry.writer',
        'roles/logging.logWriter',
        'roles/storage.objectViewer',
      ],
    },
    {
      account: 'hopmint-deploy',
      what: 'deploy an image, and cannot push one',
      roles: [
        'hopmintDeployer',
        'hopmintOperations',
        'roles/artifactregistry.reader',
        'roles/iam.serviceAccountUser',
        'roles/logging.logWriter',
      ],
    },
  ])('$account can $what', ({ account, roles }) => {
    expect(rolesOf(account)).toEqual(roles);
  });

  it('may not act as another account, except the account that deploys', () => {
    const actors = OTHER_GRANTS.filter(({ role }) => role === 'roles/iam.serviceAccountUser');
    expect(actors.map(({ member }) => member.source)).toEqual(['^serviceAccount:hopmint-deploy@']);
  });
});
