import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withDigests } from '../../../scripts/pin-images.ts';
import { filesNamed } from '../../docs/markdown.ts';
import { BUILT, type Build, type Recorder, startRecorder } from '../gcloud/recorder.ts';

const EARLIER = `sha256:${'e0'.repeat(32)}`;

let directory: string;
let recorder: Recorder | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-build-'));
  for (const path of filesNamed('cloudbuild.yaml', 'deploy', '.gitignore', '.gcloudignore')) {
    await mkdir(dirname(join(directory, 'clone', path)), { recursive: true });
    await cp(path, join(directory, 'clone', path));
  }
  await writeFile(join(directory, 'token'), 'no-real-token');
});
afterEach(async () => {
  await recorder?.close();
  await rm(directory, { recursive: true });
});

/** What `npm run pin` does, without a registry. */
async function pin(): Promise<void> {
  const path = join(directory, 'clone/cloudbuild.yaml');
  const options = { today: '2026-11-29', isUpdate: false };
  const pinned = await withDigests(await readFile(path, 'utf8'), async () => BUILT, options);
  await writeFile(path, pinned);
}

type Ran = { readonly code: unknown; readonly out: string; readonly err: string };

/** Runs deploy/build from another folder, and returns the builds that it started. */
async function build(
  args: readonly string[],
  statusOf?: (build: Build) => 'SUCCESS' | 'FAILURE',
): Promise<Ran & { readonly builds: readonly Build[] }> {
  recorder = await startRecorder([], statusOf);
  const env = {
    PATH: process.env.PATH,
    ...recorder.env,
    CLOUDSDK_CONFIG: join(directory, 'gcloud'),
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(directory, 'token'),
  };
  const command = join(directory, 'clone/deploy/build');
  const ran = await new Promise<Ran>((resolve) => {
    execFile(command, args, { cwd: directory, env }, (error, out, err) =>
      resolve({ code: error ? error.code : 0, out, err }),
    );
  });
  return { ...ran, builds: recorder.builds };
}

const accountOf = ({ serviceAccount }: Build) => /\/([\w-]+)@/.exec(serviceAccount ?? '')?.[1];
const WHERE = ['acme-ops', 'europe-west1'];

describe('deploy/build', () => {
  it('starts one build for each account, in order: the last one gets only the digest', async () => {
    await pin();
    const { code, out, builds } = await build(WHERE);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(builds.map(accountOf)).toEqual(['hopmint-check', 'hopmint-build', 'hopmint-deploy']);
    expect(builds[2]).toMatchObject({
      substitutions: { _REGION: 'europe-west1', _DIGEST: BUILT },
    });
    expect(builds[2]).not.toHaveProperty('source');
  });

  it('builds the image from the very source that passed the checks', async () => {
    await pin();
    const { builds } = await build(WHERE);
    const sources = builds.slice(0, 2).map(({ source }) => {
      const { bucket, object } = source?.storageSource ?? { bucket: '', object: '' };
      return recorder?.objects.get(`${bucket}/${object}`);
    });
    expect(sources[0]?.length).toBeGreaterThan(10_000);
    expect(sources[1]?.equals(sources[0] as Buffer)).toBe(true);
    await writeFile(join(directory, 'source.tgz'), sources[0] as Buffer);
    await mkdir(join(directory, 'source'));
    const tar = promisify(execFile);
    await tar('tar', ['-xzf', 'source.tgz', '-C', 'source'], { cwd: directory });
    expect((await readdir(join(directory, 'source'))).sort()).toEqual([
      '.gitignore',
      'cloudbuild.yaml',
      'deploy',
    ]);
  });

  it.each([
    { failing: 'hopmint-check', started: ['hopmint-check'] },
    { failing: 'hopmint-build', started: ['hopmint-check', 'hopmint-build'] },
  ])('starts no further build when that of $failing fails', async ({ failing, started }) => {
    await pin();
    const fails = (one: Build) => (accountOf(one) === failing ? 'FAILURE' : 'SUCCESS');
    const { code, builds } = await build(WHERE, fails);
    expect(code).toBe(1);
    expect(builds.map(accountOf)).toEqual(started);
  });

  it('runs every build in the private pool and its region, without a machine of its own', async () => {
    await pin();
    const pool = 'projects/acme-build/locations/europe-west4/workerPools/private';
    const options = ['--build-region=europe-west4', `--worker-pool=${pool}`];
    const { code, builds } = await build([...WHERE, ...options]);
    expect(code).toBe(0);
    expect(builds.map(({ options }) => options)).toEqual([
      expect.objectContaining({ pool: { name: pool } }),
      expect.objectContaining({ pool: { name: pool } }),
      expect.objectContaining({ pool: { name: pool } }),
    ]);
    expect(JSON.stringify(builds)).not.toContain('machineType');
    const paths = recorder?.requests.filter(
      (one) => one.startsWith('POST') && one.endsWith('/builds'),
    );
    expect(new Set(paths)).toEqual(
      new Set(['POST /v1/projects/acme-ops/locations/europe-west4/builds']),
    );
    expect(builds[2]).toMatchObject({ substitutions: { _REGION: 'europe-west1' } });
  });

  it('deploys an earlier image by its digest, without another build', async () => {
    await pin();
    const { builds } = await build([...WHERE, EARLIER]);
    expect(builds.map(accountOf)).toEqual(['hopmint-deploy']);
    expect(builds[0]).toMatchObject({ substitutions: { _DIGEST: EARLIER } });
  });

  it.each([
    { situation: 'an image has no digest', isPinned: false, args: WHERE, message: 'npm run pin' },
    { situation: 'the region is missing', isPinned: true, args: ['acme-ops'], message: 'usage:' },
    {
      situation: 'an option does not exist',
      isPinned: true,
      args: [...WHERE, '--pool=x'],
      message: 'no such option: --pool=x',
    },
    {
      situation: 'the digest is a tag',
      isPinned: true,
      args: [...WHERE, 'latest'],
      message: 'not the digest of an image: "latest"',
    },
  ])('starts no build when $situation', async ({ isPinned, args, message }) => {
    if (isPinned) await pin();
    const { code, err, builds } = await build(args);
    expect({ code, builds }).toEqual({ code: 2, builds: [] });
    expect(err).toContain(message);
  });
});
