import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../cli/arguments/program.ts';
import { readVariables } from '../../cli/operator/variables.ts';
import { recordingIo } from './recording-io.ts';

const KEY = 'projects/k/locations/europe-west1/keyRings/r/cryptoKeys/c';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-init-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function init(...words: string[]) {
  const { io, written } = recordingIo();
  const exit = await runCommand(['init', '-f', join(directory, 'installation'), ...words], io);
  return { exit, ...written };
}
const NEW = ['--project', 'acme-ops', '--region', 'europe-west1'];
const text = (name: string) => readFile(join(directory, 'installation', name), 'utf8');
const write = (name: string, content: string) =>
  writeFile(join(directory, 'installation', name), content);

describe('the folder of an installation', () => {
  it('has the variables that the flags say, a valid chain file, Terraform and its module', async () => {
    const flags = ['--organization', '900000000001', '--alerts', 'a@acme.com', 'b@acme.com'];
    expect(await init(...NEW, ...flags, '--administrator', 'user:owner@acme.com')).toMatchObject({
      exit: 0,
    });
    expect(JSON.parse(await text('terraform.tfvars.json'))).toEqual({
      project_id: 'acme-ops',
      region: 'europe-west1',
      organization_id: '900000000001',
      alerts_to: { critical: ['a@acme.com', 'b@acme.com'] },
    });
    expect(await readdir(join(directory, 'installation/hopmint'))).toEqual([
      'log-sink.json',
      'mint-sink.json',
      'roles.json',
      'terraform',
    ]);
    const { io, written } = recordingIo();
    expect(await runCommand(['validate', '-f', join(directory, 'installation')], io)).toBe(0);
    expect(written.err).toBe('');
    expect(await text('chains.yaml')).toContain(
      '{ member: "user:owner@acme.com", on: organizations/900000000001, reviewed: 2026-11-22 }',
    );
  });

  it('keeps what a person edits, and follows the variables with the rest', async () => {
    await init(...NEW);
    const kept = { 'chains.yaml': '# mine\n', 'first-target.tf': '# mine too\n' };
    for (const [name, content] of Object.entries(kept)) await write(name, content);
    await write('main.tf', 'old');
    await write(
      'terraform.tfvars.json',
      JSON.stringify({ project_id: 'acme-ops', region: 'europe-west4', kms_key: KEY }),
    );
    expect(await init()).toMatchObject({ exit: 0 });
    for (const [name, content] of Object.entries(kept)) expect(await text(name)).toBe(content);
    expect(await text('main.tf')).toContain('= var.kms_key');
    expect(await text('variables.sh')).toContain(
      `REGION=europe-west4\nexport CHAINS=gs://acme-ops-hopmint-chains/chains.jsonl\nexport BUCKET_LOCATION=europe-west4 BUCKET_KEY=${KEY}\n`,
    );
  });

  it('has a chain file with the locations and keys of new secrets', async () => {
    await init(...NEW);
    await rm(join(directory, 'installation/chains.yaml'));
    await write(
      'terraform.tfvars.json',
      JSON.stringify({ project_id: 'acme-ops', region: 'europe-west1', kms_key: KEY }),
    );
    await init();
    expect(await text('chains.yaml')).toContain(
      `replication: { locations: ["europe-west1"], kmsKeys: ["${KEY}"] }`,
    );
  });

  it.each([
    { mistake: 'without a region', words: ['--project', 'acme-ops'], message: 'write "region"' },
    { mistake: 'without anything', words: [], message: 'write "project_id"' },
    {
      mistake: "with a project's number",
      words: ['--project', '123456', '--region', 'europe-west1'],
      message: 'project_id: write the ID of a project',
    },
    {
      mistake: 'with the name of an organization',
      words: [...NEW, '--organization', 'organizations/9'],
      message: 'organization_id: write the number',
    },
  ])('is not written $mistake', async ({ words, message }) => {
    const { exit, err } = await init(...words);
    expect(exit).toBe(2);
    expect(err).toContain(message);
    expect(await readdir(directory)).toEqual([]);
  });

  it('does not change variables that are there', async () => {
    await init(...NEW);
    const { exit, err } = await init('--project', 'acme-other', '--region', 'europe-west1');
    expect(exit).toBe(2);
    expect(err).toContain('exists: change it there');
    expect(await text('terraform.tfvars.json')).toContain('"acme-ops"');
  });

  it('gives its variables to commands that name the folder or its chain file', async () => {
    await init(...NEW);
    for (const source of ['installation', 'installation/chains.yaml']) {
      expect(await readVariables(join(directory, source))).toMatchObject({
        ok: true,
        value: { project_id: 'acme-ops', region: 'europe-west1' },
      });
    }
    expect(await readVariables('gs://bucket/chains.jsonl')).toEqual({ ok: true, value: undefined });
  });
});
