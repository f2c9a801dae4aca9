import { isRotation, parseChange } from '../../../shared/domain/audit/changed-resources.ts';

const entry = (resourceName: string, labels = {}, code?: number) => ({
  protoPayload: {
    serviceName: 'iam.googleapis.com',
    methodName: 'google.iam.admin.v1.SetIAMPolicy',
    resourceName,
    ...(code !== undefined && { status: { code } }),
  },
  resource: { type: 'service_account', labels },
});
const RELAY = 'relay@acme-ops.iam.gserviceaccount.com';

describe('the changed resource of an audit-log entry', () => {
  const cases: { title: string; body: unknown; names: string[] | undefined }[] = [
    {
      title: 'is an account, by its unique ID and its email',
      body: entry('projects/-/serviceAccounts/100000000000000000002', {
        email_id: RELAY,
        unique_id: '100000000000000000002',
      }),
      names: [
        'accounts/100000000000000000002',
        `accounts/${RELAY}`,
        'accounts/100000000000000000002',
      ],
    },
    {
      title: 'is the account of a key',
      body: entry(`projects/acme-ops/serviceAccounts/${RELAY}/keys/aa01`),
      names: [`accounts/${RELAY}`],
    },
    { title: 'is a project', body: entry('projects/acme-ops'), names: ['projects/acme-ops'] },
    { title: 'is a folder', body: entry('folders/81'), names: ['folders/81'] },
    {
      title: 'is an organization, by its full name',
      body: entry('//cloudresourcemanager.googleapis.com/organizations/91'),
      names: ['organizations/91'],
    },
    {
      title: 'is a custom role',
      body: entry('organizations/91/roles/hop'),
      names: ['organizations/91/roles/hop'],
    },
    {
      title: 'is a secret, by the number of its project',
      body: entry('projects/700000000001/secrets/billing-export'),
      names: ['secrets/billing-export'],
    },
    {
      title: 'is the deny policies of a container',
      body: entry(
        'policies/cloudresourcemanager.googleapis.com%2Fprojects%2Facme-ops/denypolicies/no',
      ),
      names: ['denypolicies of projects/acme-ops'],
    },
    {
      title: 'is the entitlements of a container',
      body: entry('organizations/91/locations/global/entitlements/oncall'),
      names: ['entitlements of organizations/91'],
    },
    {
      title: 'is the entitlements of a project, if somebody asks for one',
      body: entry('projects/acme-data/locations/global/entitlements/oncall/grants/1'),
      names: ['entitlements of projects/acme-data'],
    },
    {
      title: 'is the organization policies of a project',
      body: entry('projects/acme-data/policies/iam.allowServiceAccountCredentialLifetimeExtension'),
      names: ['policies of projects/acme-data'],
    },
    {
      title: 'is none that we know for a topic',
      body: entry('projects/acme-ops/topics/t'),
      names: [],
    },
    {
      title: 'is none if the change was refused',
      body: entry('projects/acme-ops', {}, 7),
      names: [],
    },
    {
      title: 'is read from a Pub/Sub push',
      body: {
        message: { data: Buffer.from(JSON.stringify(entry('folders/81'))).toString('base64') },
      },
      names: ['folders/81'],
    },
    {
      title: 'is read from an event that contains the entry',
      body: { data: entry('folders/81') },
      names: ['folders/81'],
    },
    { title: 'is not known for another body', body: { hello: 'world' }, names: undefined },
    {
      title: 'is not known for data that is not JSON',
      body: { message: { data: 'AAAA' } },
      names: undefined,
    },
    { title: 'is not known without a body', body: undefined, names: undefined },
  ];
  it.each(cases)('$title', ({ body, names }) => {
    expect(parseChange(body)?.names).toEqual(names);
  });
});

describe('a change by the caller', () => {
  const CALLER = 'minter@acme-ops.iam.gserviceaccount.com';
  it.each([
    { names: ['secrets/export'], by: CALLER, expected: true },
    { names: ['secrets/export'], by: 'eve@acme.com', expected: false },
    { names: ['secrets/export'], by: '', expected: false },
    { names: [`accounts/${RELAY}`], by: CALLER, expected: false },
  ])('of $names by "$by" is a rotation: $expected', ({ names, by, expected }) => {
    expect(isRotation({ names, by }, CALLER)).toBe(expected);
    expect(isRotation({ names, by }, undefined)).toBe(false);
  });
});
