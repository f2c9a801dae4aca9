import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Gcloud, jsonOf, type LocalWithGcloud, openLocalWithGcloud } from './gcloud.ts';

const minter = 'minter@acme-ops.iam.gserviceaccount.com';
const CHART = 'gs://acme-charts/teams/chains.yaml';

let local: LocalWithGcloud;
let owner: Gcloud;
let caller: Gcloud;
beforeAll(async () => {
  local = await openLocalWithGcloud();
  [owner, caller] = await Promise.all([local.as('user:owner@acme.com'), local.as(minter)]);
});
afterAll(() => local.close());

const failed = (message: string) => ({ code: 1, err: expect.stringContaining(message) });

/** Each test continues where the one before it ended. */
describe('gcloud storage', () => {
  const path = (name: string) => join(local.directory, name);

  it('uploads and downloads a file, and shows and lists it', async () => {
    await writeFile(path('chains'), 'chains: []\n');
    expect((await owner('storage cp', path('chains'), CHART)).code).toBe(0);
    const [cat, top, below, buckets, back, nothing, nowhere] = await Promise.all([
      owner(`storage cat ${CHART}`),
      owner('storage ls gs://acme-charts'),
      owner('storage ls gs://acme-charts/teams/'),
      owner('storage ls'),
      owner('storage cp', CHART, path('back')),
      owner('storage cat gs://acme-charts/nope'),
      owner('storage ls gs://acme-nope'),
    ]);
    expect(cat).toMatchObject({ code: 0, out: 'chains: []\n' });
    expect([top.out, below.out]).toEqual(['gs://acme-charts/teams/\n', `${CHART}\n`]);
    expect(buckets.out).toBe('gs://acme-charts/\n');
    expect(back.code).toBe(0);
    expect(await readFile(path('back'), 'utf8')).toBe('chains: []\n');
    expect(nothing).toMatchObject(failed('matched no objects or files'));
    expect(nowhere).toMatchObject(failed('gs://acme-nope not found: 404'));
  });

  it('writes an object only under its present generation', async () => {
    const described = jsonOf(await owner(`storage objects describe ${CHART} --format=json`));
    expect(described).toMatchObject({ name: 'teams/chains.yaml', size: 11 });
    await writeFile(path('next'), 'chains: [] # next\n');
    const write = (generation: unknown) =>
      owner(`storage cp --if-generation-match=${generation}`, path('next'), CHART);
    expect((await write(described.generation)).code).toBe(0);
    expect(await write(described.generation)).toMatchObject(failed('HTTPError 412'));
    expect(await write(0)).toMatchObject(failed('HTTPError 412'));
    expect((await owner(`storage cat ${CHART}`)).out).toBe('chains: [] # next\n');
  });

  it('gives access to a member of the bucket policy, who may then see that an object does not exist', async () => {
    expect(await caller(`storage cat ${CHART}`)).toMatchObject(
      failed(
        `${minter} does not have storage.objects.get access to the Google Cloud Storage object.`,
      ),
    );
    const grant = `storage buckets add-iam-policy-binding gs://acme-charts --member=serviceAccount:${minter} --role=roles/storage.objectViewer`;
    expect((await owner(grant)).code).toBe(0);
    expect((await caller(`storage cat ${CHART}`)).code).toBe(0);
    expect(await caller(`storage rm ${CHART}`)).toMatchObject(
      failed('does not have storage.objects.delete access'),
    );
    expect((await owner(`storage rm ${CHART}`)).code).toBe(0);
    expect((await caller(`storage cat ${CHART}`)).err).toContain('matched no objects or files');
  });
});
