import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ADA, CHAINS, EMPTY } from '../../cli/apply/world.ts';
import { CLI } from '../local-process.ts';
import { environmentOf, type LocalWithGcloud, openLocalWithGcloud } from './gcloud.ts';

const run = promisify(execFile);

/** The plan contains every kind of step: narrow roles, grants that end, regions, a label, readers. */
const chains = `grants: narrow
grantFor: 90d
${CHAINS.replace(
  'name: probe',
  'name: probe\n    replication: { locations: [europe-west1, europe-west4] }',
)}`;
const seed = {
  ...EMPTY,
  secrets: [{ name: 'projects/acme-ops/secrets/stamp', labels: { team: 'ops' } }],
};

type Policy = { bindings?: { role: string; members: string[] }[] };
type World = {
  accounts: { email: string; policy?: Policy }[];
  roles: { name: string; etag?: string }[];
  secrets: { name: string; labels: object; replication: object; policy?: Policy }[];
};

let directory: string;
let file: string;
let byApply: LocalWithGcloud;
let byGcloud: LocalWithGcloud;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-plan-'));
  file = join(directory, 'chains.yaml');
  const world = join(directory, 'world.json');
  await Promise.all([writeFile(file, chains), writeFile(world, JSON.stringify(seed))]);
  [byApply, byGcloud] = await Promise.all([openLocalWithGcloud(world), openLocalWithGcloud(world)]);
});
afterAll(async () => {
  await Promise.all([byApply.close(), byGcloud.close()]);
  await rm(directory, { recursive: true });
});

const hopmint = async (local: LocalWithGcloud, ...args: string[]): Promise<string> => {
  const env = await environmentOf(local.port, ADA);
  const { stdout } = await run(process.execPath, [CLI, ...args, '-f', file], { env }).catch(
    (error: { code: number; stdout: string; stderr: string }) => {
      if (error.code !== 1) throw new Error(`${args.join(' ')}: ${error.stdout}${error.stderr}`);
      return error; // the plan is not empty
    },
  );
  return stdout;
};

/** The state of the accounts, roles and secrets, without etags and times. */
async function stateOf(local: LocalWithGcloud) {
  const { accounts, roles, secrets } = (await local.control('GET', 'state')) as World;
  const plain = (policy: Policy | undefined) =>
    (policy?.bindings ?? []).map((b) => JSON.stringify({ ...b, members: b.members.sort() })).sort();
  return {
    accounts: accounts.map(({ email, policy }) => [email, plain(policy)]),
    roles: roles.map(({ etag: _, ...role }) => role).sort((a, b) => (a.name < b.name ? -1 : 1)),
    secrets: secrets
      .map(({ name, labels, replication, policy }) => ({
        name,
        labels,
        replication,
        policy: plain(policy),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

it('the gcloud commands that plan prints have the effect of apply', async () => {
  const commands = await hopmint(byGcloud, 'plan', '--format', 'gcloud');
  const count = commands.trimEnd().split('\n').length;
  expect(count).toBeGreaterThan(15);
  await run('sh', ['-ec', commands], { env: await environmentOf(byGcloud.port, ADA) });
  await hopmint(byApply, 'apply', '--yes');

  expect(await stateOf(byGcloud)).toEqual(await stateOf(byApply));
  expect(await hopmint(byGcloud, 'plan', '--format', 'gcloud')).toBe('');
  expect(await hopmint(byApply, 'plan', '--format', 'gcloud')).toBe('');
}, 300_000);
