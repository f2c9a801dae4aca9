import { parseChange } from '../../../../shared/domain/audit/alerts/changed-resources.ts';

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

describe('what an entry of the audit log touches', () => {
  const cases: [title: string, body: unknown, names: string[] | undefined][] = [
    [
      'is an account, by its unique ID and its email',
      entry('projects/-/serviceAccounts/100000000000000000002', {
        email_id: RELAY,
        unique_id: '100000000000000000002',
      }),
      ['accounts/100000000000000000002', `accounts/${RELAY}`, 'accounts/100000000000000000002'],
    ],
    [
      'is an account, by one of its keys',
      entry(`projects/acme-ops/serviceAccounts/${RELAY}/keys/aa01`),
      [`accounts/${RELAY}`],
    ],
    ['is a project', entry('projects/acme-ops'), ['projects/acme-ops']],
    ['is a folder', entry('folders/81'), ['folders/81']],
    [
      'is an organization, by its full name',
      entry('//cloudresourcemanager.googleapis.com/organizations/91'),
      ['organizations/91'],
    ],
    ['is a custom role', entry('organizations/91/roles/hop'), ['organizations/91/roles/hop']],
    [
      'is a secret, whatever its project is called by',
      entry('projects/700000000001/secrets/billing-export'),
      ['secrets/billing-export'],
    ],
    [
      'is the deny policies of a container',
      entry('policies/cloudresourcemanager.googleapis.com%2Fprojects%2Facme-ops/denypolicies/no'),
      ['denypolicies of projects/acme-ops'],
    ],
    [
      'is the organization policies of a project',
      entry('projects/acme-data/policies/iam.allowServiceAccountCredentialLifetimeExtension'),
      ['policies of projects/acme-data'],
    ],
    ['is nothing that we know', entry('projects/acme-ops/topics/t'), []],
    ['is nothing where the change was refused', entry('projects/acme-ops', {}, 7), []],
    [
      'is the same by a push of Pub/Sub',
      { message: { data: Buffer.from(JSON.stringify(entry('folders/81'))).toString('base64') } },
      ['folders/81'],
    ],
    ['is the same by an event in one piece', { data: entry('folders/81') }, ['folders/81']],
    ['is not told by anything else', { hello: 'world' }, undefined],
    ['is not told by what is not JSON', { message: { data: 'AAAA' } }, undefined],
    ['is not told by nothing', undefined, undefined],
  ];
  it.each(cases)('%s', (_title, body, names) => {
    expect(parseChange(body)).toEqual(names);
  });
});
