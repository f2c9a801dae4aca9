import type { LogEntry } from '../../../../local/state/log-entry.ts';
import {
  account,
  type ChainCloud,
  minter,
  openChainCloud,
  relay,
  target,
  targetId,
  vault,
} from '../../chain-cloud.ts';

const MINT = `/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;
const BODY = {
  delegates: [relay, vault].map((email) => `projects/-/serviceAccounts/${email}`),
  scope: ['https://www.googleapis.com/auth/cloud-platform'],
};

let cloud: ChainCloud;
beforeAll(async () => {
  cloud = await openChainCloud();
});
afterAll(() => cloud.close());

const configure = (resource: string, ...configs: object[]) =>
  cloud.state.policies.set(resource, {
    ...cloud.state.policies.get(resource),
    auditConfigs: configs,
  });
const config = (service: string, logType: string, ...exemptedMembers: string[]) => ({
  service,
  auditLogConfigs: [{ logType, exemptedMembers }],
});
const mintEntries = async (as: string, path = MINT, body: object = BODY) => {
  const before = cloud.state.log.length;
  await cloud.call(as, 'POST', path, body);
  return cloud.state.log
    .slice(before)
    .filter(({ logName }) => logName.endsWith('data_access')) as LogEntry[];
};
afterEach(() => {
  for (const resource of ['projects/acme-data', 'organizations/900000000001']) configure(resource);
});

describe('a mint', () => {
  it('is in the log of the project of its target, as Google writes it', async () => {
    configure('projects/acme-data', config('iam.googleapis.com', 'ADMIN_READ'));
    const [entry] = await mintEntries(minter);
    expect(entry).toMatchObject({
      logName: 'projects/acme-data/logs/cloudaudit.googleapis.com%2Fdata_access',
      severity: 'INFO',
      resource: {
        type: 'service_account',
        labels: { project_id: 'acme-data', email_id: target, unique_id: targetId },
      },
      protoPayload: {
        serviceName: 'iamcredentials.googleapis.com',
        methodName: 'GenerateAccessToken',
        resourceName: `projects/-/serviceAccounts/${targetId}`,
        authenticationInfo: { principalEmail: minter, principalSubject: account(minter) },
        request: {
          '@type': 'type.googleapis.com/google.iam.credentials.v1.GenerateAccessTokenRequest',
          name: `projects/-/serviceAccounts/${target}`,
          delegates: BODY.delegates,
        },
        metadata: {
          identityDelegationChain: [...BODY.delegates, `projects/-/serviceAccounts/${target}`],
        },
      },
    });
    expect(JSON.stringify(entry)).not.toMatch(/ya29|scope/);
  });

  it.each([
    { where: 'above the project', on: 'organizations/900000000001', by: 'iam.googleapis.com' },
    { where: 'for all services', on: 'projects/acme-data', by: 'allServices' },
  ])('is logged if it is switched on $where', async ({ on, by }) => {
    configure(on, config(by, 'ADMIN_READ'));
    expect(await mintEntries(minter)).toHaveLength(1);
  });

  it.each([
    { reason: 'nothing asks for it', configs: [] },
    {
      reason: 'only data reads are logged',
      configs: [config('iam.googleapis.com', 'DATA_READ')],
    },
    {
      reason: 'its own service is named, which Google does not use here',
      configs: [config('iamcredentials.googleapis.com', 'ADMIN_READ')],
    },
    {
      reason: 'its caller is exempt',
      configs: [config('iam.googleapis.com', 'ADMIN_READ', account(minter))],
    },
  ])('is not logged if $reason', async ({ configs }) => {
    configure('projects/acme-data', ...configs);
    expect(await mintEntries(minter)).toEqual([]);
  });

  it('that is refused has a code, and no name of a user', async () => {
    configure('projects/acme-data', config('iam.googleapis.com', 'ADMIN_READ'));
    const [byUser] = await mintEntries('user:eve@acme.com', MINT, { scope: BODY.scope });
    expect(byUser?.protoPayload).toMatchObject({ status: { code: 7 }, authenticationInfo: {} });
    const [byAccount] = await mintEntries(relay, MINT, { scope: BODY.scope });
    expect(byAccount?.protoPayload.authenticationInfo.principalEmail).toBe(relay);
  });

  it.each([
    [':generateIdToken', 'GenerateIdToken', { audience: 'https://a.example.com' }],
    [':signJwt', 'SignJwt', { payload: '{"secret":"claims"}' }],
    [':signBlob', 'SignBlob', { payload: 'c2VjcmV0' }],
  ])('by %s is logged as %s, without what is signed', async (verb, method, body) => {
    configure('projects/acme-data', config('iam.googleapis.com', 'ADMIN_READ'));
    const path = MINT.replace(':generateAccessToken', verb);
    const [entry] = await mintEntries(minter, path, { ...body, delegates: BODY.delegates });
    expect(entry?.protoPayload.methodName).toBe(method);
    expect(JSON.stringify(entry)).not.toMatch(/claims|c2VjcmV0/);
  });
});
