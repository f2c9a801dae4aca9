import { parseChangedResources } from '../../../shared/domain/audit/changed-resources.ts';

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
      'is the account of a key',
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
      'is a secret, by the number of its project',
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
    ['is none that we know for a topic', entry('projects/acme-ops/topics/t'), []],
    ['is none if the change was refused', entry('projects/acme-ops', {}, 7), []],
    [
      'is read from a Pub/Sub push',
      { message: { data: Buffer.from(JSON.stringify(entry('folders/81'))).toString('base64') } },
      ['folders/81'],
    ],
    [
      'is read from an event that contains the entry',
      { data: entry('folders/81') },
      ['folders/81'],
    ],
    ['is not known for another body', { hello: 'world' }, undefined],
    ['is not known for data that is not JSON', { message: { data: 'AAAA' } }, undefined],
    ['is not known without a body', undefined, undefined],
  ];
  it.each(cases)('%s', (_title, body, names) => {
    expect(parseChangedResources(body)).toEqual(names);
  });
});
