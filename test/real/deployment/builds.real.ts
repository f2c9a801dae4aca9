import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BUILT, type Recorder, type Service, startRecorder } from '../gcloud/recorder.ts';
import { scriptOf } from './build-step.ts';

const run = promisify(execFile);
const PLACEHOLDER = 'placeholder';
const IMAGE = `europe-west1-docker.pkg.dev/acme-ops/hopmint/functions@${BUILT}`;

/** A service that deploy/terraform created, and that somebody has rolled back to an earlier revision. */
const service = (name: string): Service => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: {
    name,
    namespace: '700000000001',
    generation: 1,
    resourceVersion: 'AAA',
    annotations: { 'run.googleapis.com/ingress': 'internal' },
  },
  spec: {
    template: {
      metadata: { annotations: { 'autoscaling.knative.dev/maxScale': '4' } },
      spec: {
        containerConcurrency: 20,
        timeoutSeconds: 90,
        serviceAccountName: 'hopmint-minter@acme-ops.iam.gserviceaccount.com',
        containers: [
          {
            image: PLACEHOLDER,
            command: ['python3'],
            args: ['-m', 'http.server', '8080'],
            resources: { limits: { cpu: '1', memory: '512Mi' } },
            env: [{ name: 'FUNCTION_TARGET', value: name.replace('hopmint-', '') }],
          },
        ],
      },
    },
    traffic: [{ percent: 100, revisionName: `${name}-00007` }],
  },
});

const NAMES = ['hopmint-audit', 'hopmint-fanout', 'hopmint-mint'];

let directory: string;
let recorder: Recorder;
let env: Readonly<Record<string, string | undefined>>;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-build-'));
  await writeFile(join(directory, 'token'), 'no-real-token');
  recorder = await startRecorder(NAMES.map(service));
  env = {
    PATH: process.env.PATH,
    ...recorder.env,
    CLOUDSDK_CONFIG: join(directory, 'gcloud'),
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(directory, 'token'),
  };
});
afterEach(async () => {
  await recorder.close();
  await rm(directory, { recursive: true });
});

const account = (name: string) =>
  `projects/$PROJECT_ID/serviceAccounts/${name}@$PROJECT_ID.iam.gserviceaccount.com`;
const REGION = '--substitutions=_REGION=us-east1';

describe('the files of the builds', () => {
  it.each([
    {
      path: 'deploy/check.yaml',
      serviceAccount: account('hopmint-check'),
      steps: ['install', 'check', 'test'],
      substitutions: [],
    },
    {
      path: 'cloudbuild.yaml',
      serviceAccount: account('hopmint-build'),
      steps: ['bundle', 'image'],
      substitutions: [REGION],
    },
    {
      path: 'deploy/deploy.yaml',
      serviceAccount: account('hopmint-deploy'),
      steps: ['deploy'],
      substitutions: [REGION],
    },
  ])('contain only fields of Cloud Build, and name their account: $path', async (file) => {
    const submit = ['builds', 'submit', '--no-source', '--async', `--config=${file.path}`];
    const flags = ['--project=acme-ops', '--region=us-east1', ...file.substitutions];
    await run('gcloud', [...submit, ...flags], { env });
    expect(recorder.builds).toEqual([
      expect.objectContaining({
        serviceAccount: file.serviceAccount,
        options: expect.objectContaining({ logging: 'CLOUD_LOGGING_ONLY' }),
        steps: file.steps.map((id) => expect.objectContaining({ id })),
      }),
    ]);
  });

  it('check, test and bundle with the same Node as our npm scripts', async () => {
    const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
      devDependencies: { node: string };
    };
    const texts = await Promise.all(
      ['cloudbuild.yaml', 'deploy/check.yaml'].map((path) => readFile(path, 'utf8')),
    );
    const images = texts.flatMap((text) => text.match(/name: node\S+ # tag \S+/g) ?? []);
    expect(images).toHaveLength(4);
    expect([...new Set(images)]).toEqual([
      expect.stringMatching(
        new RegExp(`^name: node@sha256:[0-9a-f]{64} # tag ${devDependencies.node}$`),
      ),
    ]);
  });
});

describe('the build that deploys', () => {
  const deployWith = async (digest: string) => {
    await writeFile(join(directory, 'deploy'), await scriptOf('deploy/deploy.yaml', 'deploy'));
    return run('bash', ['deploy'], {
      cwd: directory,
      env: { ...env, PROJECT_ID: 'acme-ops', _REGION: 'europe-west1', _DIGEST: digest },
    });
  };

  it('deploys the new image to the three services, and changes nothing else of them', async () => {
    const deploy = () => deployWith(BUILT);
    const specs = () => NAMES.map((name) => withoutClient(recorder.services.get(name)?.spec));
    const wanted = NAMES.map((name) => {
      const { template } = service(name).spec as { template: object };
      const deployed = JSON.stringify(template, (key, value: unknown) =>
        key === 'command' || key === 'args' ? undefined : value,
      ).replace(PLACEHOLDER, IMAGE);
      const traffic = [{ percent: 100, latestRevision: true }];
      return { template: JSON.parse(deployed), traffic };
    });
    await deploy();
    expect(specs()).toEqual(wanted);
    await deploy();
    expect(specs()).toEqual(wanted);
    // So hopmint-deploy needs run.services.get, run.services.update and run.operations.get, and no other permission.
    expect(new Set(recorder.requests.map((line) => line.replace(/hopmint-\w+/, '*')))).toEqual(
      new Set([
        'GET /apis/serving.knative.dev/v1/namespaces/acme-ops/services/*',
        'PUT /apis/serving.knative.dev/v1/namespaces/acme-ops/services/*',
        'POST /v1/projects/acme-ops/locations/europe-west1/operations/*:wait',
      ]),
    );
  });

  it.each(['none', '', 'latest', `${BUILT}0`, `${BUILT} --clear-vpc-connector`])(
    'changes no service when it gets no digest, but "%s"',
    async (digest) => {
      await expect(deployWith(digest)).rejects.toThrow('_DIGEST must be the digest of an image');
      expect(recorder.requests).toEqual([]);
    },
  );
});

/** Removes the labels and annotations with which gcloud names itself. deploy/terraform ignores them too. */
function withoutClient(spec: unknown): unknown {
  return JSON.parse(JSON.stringify(spec), (key, value: unknown) =>
    /^(run\.googleapis\.com\/client-|client\.knative\.dev\/)/.test(key) ||
    (key === 'labels' && JSON.stringify(value) === '{}')
      ? undefined
      : value,
  );
}
