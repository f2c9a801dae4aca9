import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Recorder, type Service, startRecorder } from '../gcloud/recorder.ts';
import { scriptOf } from './build-step.ts';

const run = promisify(execFile);
const PLACEHOLDER = 'us-docker.pkg.dev/cloudrun/container/hello';
const IMAGE = `europe-west1-docker.pkg.dev/acme-ops/hopmint/functions@sha256:${'5a'.repeat(32)}`;

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

describe('cloudbuild.yaml', () => {
  it('contains only fields of Cloud Build: gcloud accepts and sends it', async () => {
    const submit = ['builds', 'submit', '--no-source', '--async', '--config=cloudbuild.yaml'];
    const flags = ['--project=acme-ops', '--region=us-east1', '--substitutions=_REGION=us-east1'];
    await run('gcloud', [...submit, ...flags], { env }).catch(({ stderr }) => {
      // The recorder's response is no complete build, so gcloud fails after it has sent. An unknown field makes it fail before.
      if (recorder.builds.length === 0) throw new Error(stderr);
    });
    expect(recorder.builds).toEqual([
      expect.objectContaining({
        serviceAccount:
          'projects/$PROJECT_ID/serviceAccounts/hopmint-build@$PROJECT_ID.iam.gserviceaccount.com',
        substitutions: { _REGION: 'us-east1' },
        steps: ['install', 'check', 'test', 'build', 'image', 'push', 'deploy'].map((id) =>
          expect.objectContaining({ id }),
        ),
      }),
    ]);
    const [build] = recorder.builds as [{ options: object }];
    expect(build.options).toMatchObject({
      logging: 'CLOUD_LOGGING_ONLY',
      automapSubstitutions: true,
    });
  });

  it('checks, tests and bundles with the same Node as our npm scripts', async () => {
    const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
      devDependencies: { node: string };
    };
    const images = (await readFile('cloudbuild.yaml', 'utf8')).match(/name: node:\S+/g);
    expect(images).toHaveLength(4);
    expect([...new Set(images)]).toEqual([`name: node:${devDependencies.node}`]);
  });

  it('deploys the new image to the three services, and changes nothing else of them', async () => {
    await writeFile(join(directory, 'image.digest'), `${IMAGE}\n`);
    await writeFile(join(directory, 'deploy'), await scriptOf('deploy'));
    const deploy = () =>
      run('bash', ['deploy'], {
        cwd: directory,
        env: { ...env, PROJECT_ID: 'acme-ops', _REGION: 'europe-west1' },
      });
    const specs = () => NAMES.map((name) => withoutClient(recorder.services.get(name)?.spec));
    const wanted = NAMES.map((name) => {
      const { template } = service(name).spec as { template: object };
      const replaced = JSON.stringify(template).replace(PLACEHOLDER, IMAGE);
      const traffic = [{ percent: 100, latestRevision: true }];
      return { template: JSON.parse(replaced), traffic };
    });
    await deploy();
    expect(specs()).toEqual(wanted);
    await deploy();
    expect(specs()).toEqual(wanted);
    // So hopmint-build needs run.services.get and run.services.update, and no other permission.
    expect(new Set(recorder.requests.map((line) => line.replace(/hopmint-\w+/, '*')))).toEqual(
      new Set([
        'GET /apis/serving.knative.dev/v1/namespaces/acme-ops/services/*',
        'PUT /apis/serving.knative.dev/v1/namespaces/acme-ops/services/*',
      ]),
    );
  });
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
