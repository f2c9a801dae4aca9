import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  deniedFor,
  type Gcloud,
  jsonOf,
  type LocalWithGcloud,
  openLocalWithGcloud,
} from './gcloud.ts';

const minter = 'minter@acme-ops.iam.gserviceaccount.com';
const relay = 'relay@acme-ops.iam.gserviceaccount.com';
const ORGANIZATION = '900000000001';
const FOLDER = '800000000001';
const JSON_OUT = '--format=json';

let local: LocalWithGcloud;
let owner: Gcloud;
let caller: Gcloud;
beforeAll(async () => {
  local = await openLocalWithGcloud();
  [owner, caller] = await Promise.all([local.as('user:owner@acme.com'), local.as(minter)]);
});
afterAll(() => local.close());

describe('gcloud, for projects, folders and the organization,', () => {
  it('describes each', async () => {
    const [project, folder, organization, ancestors] = await Promise.all([
      owner(`projects describe acme-ops ${JSON_OUT}`),
      owner(`resource-manager folders describe ${FOLDER} ${JSON_OUT}`),
      owner(`organizations describe ${ORGANIZATION} ${JSON_OUT}`),
      owner(`projects get-ancestors acme-ops ${JSON_OUT}`),
    ]);
    expect(jsonOf(project)).toMatchObject({
      projectId: 'acme-ops',
      projectNumber: '700000000001',
      parent: { type: 'folder', id: FOLDER },
      lifecycleState: 'ACTIVE',
    });
    expect(jsonOf(folder)).toMatchObject({
      displayName: 'platform',
      parent: `organizations/${ORGANIZATION}`,
    });
    expect(jsonOf(organization)).toMatchObject({ displayName: 'acme.com' });
    expect(jsonOf<object[]>(ancestors)).toEqual([
      { id: 'acme-ops', type: 'project' },
      { id: FOLDER, type: 'folder' },
      { id: ORGANIZATION, type: 'organization' },
    ]);
  });

  it('lists each', async () => {
    const [projects, folders, organizations] = await Promise.all([
      owner(`projects list ${JSON_OUT}`),
      owner(`resource-manager folders list --organization=${ORGANIZATION} ${JSON_OUT}`),
      owner(`organizations list ${JSON_OUT}`),
    ]);
    const ids = jsonOf<{ projectId: string }[]>(projects).map(({ projectId }) => projectId);
    expect(ids.toSorted()).toEqual(['acme-data', 'acme-ops']);
    expect(jsonOf<object[]>(folders)).toMatchObject([{ name: `folders/${FOLDER}` }]);
    expect(jsonOf<object[]>(organizations)).toMatchObject([{ displayName: 'acme.com' }]);
  });

  it('reads and writes the policy of each', async () => {
    const binding = `--member=user:bob@acme.com --role=roles/iam.securityReviewer ${JSON_OUT}`;
    const [project, folder, organization] = await Promise.all([
      owner(`projects get-iam-policy acme-ops ${JSON_OUT}`),
      owner(`resource-manager folders get-iam-policy ${FOLDER} ${JSON_OUT}`),
      owner(`organizations get-iam-policy ${ORGANIZATION} ${JSON_OUT}`),
    ]);
    expect(jsonOf(project)).toMatchObject({ version: 1, etag: expect.any(String) });
    expect(jsonOf(folder)).toEqual({ etag: 'ACAB' });
    expect(jsonOf(organization)).toMatchObject({ version: 1 });
    const added = await Promise.all([
      owner(`projects add-iam-policy-binding acme-ops ${binding}`),
      owner(`resource-manager folders add-iam-policy-binding ${FOLDER} ${binding}`),
      owner(`organizations add-iam-policy-binding ${ORGANIZATION} ${binding}`),
    ]);
    expect(added.map(({ code }) => code)).toEqual([0, 0, 0]);
    for (const ran of added) expect(ran.out).toContain('user:bob@acme.com');
  });

  it('is denied a resource that the account has no role on, and one that does not exist', async () => {
    const [project, policy, folder, nowhere] = await Promise.all([
      caller('projects describe acme-ops'),
      caller('projects get-iam-policy acme-ops'),
      caller(`resource-manager folders describe ${FOLDER}`),
      owner('projects describe acme-nowhere'),
    ]);
    for (const ran of [project, policy, folder, nowhere]) expect(ran.code).toBe(1);
    for (const { err } of [project, policy, folder]) {
      expect(err).toContain('The caller does not have permission');
    }
    expect(nowhere.err).toContain('does not have permission to access projects instance');
  });
});

describe('gcloud org-policies', () => {
  const CONSTRAINT = 'iam.allowServiceAccountCredentialLifetimeExtension';
  const describePolicy = (project: string, ...more: string[]) =>
    owner(`org-policies describe ${CONSTRAINT} --project=${project} ${JSON_OUT}`, ...more);

  it('describes the policy that is set, and the policy in effect where none is set', async () => {
    const [set, unset, effective, inherited, forbidden] = await Promise.all([
      describePolicy('acme-data'),
      describePolicy('acme-ops'),
      describePolicy('acme-data', '--effective'),
      describePolicy('acme-ops', '--effective'),
      caller(`org-policies describe ${CONSTRAINT} --project=acme-data --effective`),
    ]);
    const values = { allowedValues: ['batch@acme-data.iam.gserviceaccount.com'] };
    const name = (number: string) => `projects/${number}/policies/${CONSTRAINT}`;
    expect(jsonOf(set)).toEqual({ name: name('700000000002'), spec: { rules: [{ values }] } });
    expect(unset).toMatchObject({ code: 1, err: expect.stringContaining('NOT_FOUND') });
    expect(jsonOf(effective)).toEqual(jsonOf(set));
    expect(jsonOf(inherited)).toEqual({
      name: name('700000000001'),
      spec: { rules: [{ denyAll: true }] },
    });
    expect(forbidden).toEqual(deniedFor('orgpolicy.policy.get'));
  });
});

describe('gcloud iam policies', () => {
  const policies = (verb: string, ...more: string[]) =>
    owner(
      `iam policies ${verb} --attachment-point=cloudresourcemanager.googleapis.com/projects/acme-ops --kind=denypolicies ${JSON_OUT}`,
      ...more,
    );
  const mint = async () =>
    (await caller(`auth print-access-token --impersonate-service-account=${relay}`)).code;

  it('creates, lists, gets, updates and deletes a deny policy, which overrides every grant', async () => {
    const file = join(local.directory, 'deny.json');
    const denying = (verb: string) => ({
      displayName: 'no relay',
      rules: [
        {
          denyRule: {
            deniedPrincipals: [
              `principal://iam.googleapis.com/projects/-/serviceAccounts/${minter}`,
            ],
            deniedPermissions: [`iam.googleapis.com/serviceAccounts.${verb}`],
          },
        },
      ],
    });
    await writeFile(file, JSON.stringify(denying('getAccessToken')));
    expect(await mint()).toBe(0);
    expect((await policies('create no-relay', `--policy-file=${file}`)).code).toBe(0);
    const [minted, listed, got, again] = await Promise.all([
      mint(),
      policies('list'),
      policies('get no-relay'),
      policies('create no-relay', `--policy-file=${file}`),
    ]);
    expect(minted).toBe(1);
    expect(jsonOf(listed)).toMatchObject({ policies: [{ displayName: 'no relay' }] });
    expect(jsonOf(got)).toMatchObject(denying('getAccessToken'));
    expect(again.code).toBe(1);

    await writeFile(file, JSON.stringify({ ...jsonOf(got), ...denying('signJwt') }));
    expect((await policies('update no-relay', `--policy-file=${file}`)).code).toBe(0);
    expect(await mint()).toBe(0);
    const stale = await policies('update no-relay', `--policy-file=${file}`);
    expect(stale).toMatchObject({ code: 1, err: expect.stringContaining('ABORTED') });
    expect((await policies('delete no-relay')).code).toBe(0);
    expect(await policies('get no-relay')).toMatchObject({
      code: 1,
      err: expect.stringContaining('NOT_FOUND'),
    });
  });
});
