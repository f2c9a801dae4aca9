import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPERATOR } from '../../cli/commands/start/deployed/deployment.ts';
import { doctorRole } from '../../shared/domain/doctor/role.ts';
import { CHAINS, type Installed, install } from '../operations/doctor/installed.ts';
import { hopmintHere } from './hopmint-here.ts';

describe('hopmint doctor', () => {
  let installed: Installed;
  let directory: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    installed = await install();
    directory = await mkdtemp(join(tmpdir(), 'hopmint-doctor-'));
    await writeFile(join(directory, 'chains.yaml'), CHAINS);
    const { url } = installed.local;
    const response = await fetch(`${url}/_local/token`, {
      method: 'POST',
      body: JSON.stringify({ account: OPERATOR }),
    });
    const { accessToken } = (await response.json()) as { accessToken: string };
    await writeFile(join(directory, 'token'), accessToken);
    env = {
      HOPMINT_CLOUD: url,
      CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(directory, 'token'),
    };
  });
  afterAll(async () => {
    await installed.local.close();
    await rm(directory, { recursive: true });
  });
  const doctor = (...words: string[]) =>
    hopmintHere(['doctor', '-f', join(directory, 'chains.yaml'), ...words], env);

  it('prints one line for each check, and exits with 0', async () => {
    const { code, out, err } = await doctor();
    const lines = out.trim().split('\n');
    expect(lines.at(-1)).toBe('36 checks: 36 ok, 0 failed, 0 unknown');
    expect(lines.slice(0, -2).every((line) => /^ok {7}[a-z-]+ +\S/.test(line))).toBe(true);
    expect(err).toContain('LOCAL');
    expect(code).toBe(0);
  });

  it('prints JSON, and exits with 1 if a check failed', async () => {
    const { code, out } = await installed.changed(
      (state) => state.subscriptions.clear(),
      () => doctor('--json'),
    );
    const { checks, cloud } = JSON.parse(out);
    expect(cloud).toBe('LOCAL');
    expect(checks).toContainEqual({
      id: 'subscription-form',
      state: 'failed',
      evidence: expect.stringContaining('there is no subscription hopmint-tick in acme-ops'),
      fix: 'terraform apply',
    });
    expect(checks[0]).toEqual({
      id: 'identity',
      state: 'ok',
      evidence: expect.stringContaining('operator@hopmint.local'),
      fix: null,
    });
    expect(code).toBe(1);
  });

  it('prints the commands that fix a failure below it', async () => {
    const { out } = await installed.changed(
      (state) => state.objects.clear(),
      () => doctor(),
    );
    expect(out).toMatch(
      /^failed {3}chain-file .*does not exist.*\n {9}fix: \.\/hopmint publish -f \S+chains\.yaml$/m,
    );
  });

  it('makes only the checks that need no deployment with --pre', async () => {
    const { code, out } = await doctor('--pre', '--json', '--region', 'europe-west1');
    const ids = JSON.parse(out).checks.map(({ id }: { id: string }) => id);
    expect(ids).toContain('access-boundaries');
    expect(ids).not.toContain('service-images');
    expect(code).toBe(0);
  });

  it('compares the variables of the installation with the policies', async () => {
    const pool = 'projects/acme-ops/locations/europe-west1/workerPools/private';
    const key = 'projects/acme-ops/locations/europe-west1/keyRings/hopmint/cryptoKeys/hopmint';
    const path = join(directory, 'terraform.tfvars.json');
    const states = () =>
      installed.changed(
        ({ projects }) =>
          Object.assign(projects.get('acme-ops') ?? {}, {
            orgPolicies: {
              'cloudbuild.allowedWorkerPools': { allowedValues: ['under:projects/acme-ops'] },
              'gcp.restrictNonCmekServices': { deniedValues: ['storage.googleapis.com'] },
              'run.allowedIngress': { allowedValues: ['internal'] },
            },
          }),
        async () => {
          const { out } = await doctor('--pre', '--json');
          const checks = JSON.parse(out).checks as { id: string; state: string }[];
          return Object.fromEntries(checks.map(({ id, state }) => [id, state]));
        },
      );
    const all = (state: string) => ({
      'policy-worker-pools': state,
      'policy-keys': state,
      'policy-ingress': state,
    });
    expect(await states()).toMatchObject(all('failed'));
    const own = { worker_pool: pool, kms_key: key, ingress: { audit: 'internal' } };
    const place = { project_id: 'acme-ops', region: 'europe-west1' };
    await writeFile(path, JSON.stringify({ ...place, ...own }));
    expect(await states()).toMatchObject(all('ok'));
    await writeFile(path, '{}');
    expect(await doctor()).toMatchObject({ code: 2 });
    await rm(path);
  });

  it.each([
    ['--project', 'a b;rm'],
    ['--project', ''],
    ['--region', 'mars'],
    ['--role', '--project', '$(id)'],
  ])('refuses %s %s', async (...words) => {
    const { code, out, err } = await doctor(...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/hopmint doctor: --(project: write the ID|region: write a region)/);
  });

  it('names the region in which there is no service', async () => {
    const { out } = await doctor('--region', 'europe-west9');
    expect(out).toMatch(/^failed.*no service hopmint-audit in europe-west9 of acme-ops$/m);
  });

  it('prints its role for gcloud, or as JSON, without an identity', async () => {
    const { out } = await hopmintHere(['doctor', '--role']);
    expect(out).toContain('\nincludedPermissions:\n- cloudscheduler.jobs.get\n');
    const { out: json } = await hopmintHere([
      'doctor',
      '--role',
      '--project',
      'acme-ops',
      '--json',
    ]);
    expect(JSON.parse(json)).toEqual(doctorRole('project'));
  });

  it.each<{ words: string[]; code: number; says: string }>([
    { words: ['--pre', '--probe'], code: 2, says: '--pre and --probe exclude each other' },
    { words: ['-f', 'none.yaml'], code: 2, says: 'there is no such file' },
  ])('exits with $code for $words', async ({ words, code, says }) => {
    const ran = await hopmintHere(['doctor', '-f', join(directory, 'chains.yaml'), ...words], env);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(says);
  });
});
