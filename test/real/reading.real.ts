import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environmentOf, openReal, type Real } from './gcloud/gcloud.ts';
import { CLI } from './local-process.ts';

const run = promisify(execFile);
const EXPORTER = 'exporter@acme-ops.iam.gserviceaccount.com';
const TARGET = 'reader@acme-data.iam.gserviceaccount.com';

let real: Real;
let env: Record<string, string>;
beforeAll(async () => {
  real = await openReal();
  const accessor = 'roles/secretmanager.secretAccessor';
  const viewer = 'roles/storage.objectViewer';
  await real.local('POST', 'seed', {
    accounts: [{ email: EXPORTER }],
    secrets: [
      {
        name: 'projects/acme-ops/secrets/billing-export',
        policy: { bindings: [{ role: accessor, members: [`serviceAccount:${EXPORTER}`] }] },
      },
    ],
    buckets: [
      {
        name: 'acme-exports',
        project: 'acme-data',
        policy: { bindings: [{ role: viewer, members: [`serviceAccount:${TARGET}`] }] },
      },
    ],
    objects: [{ bucket: 'acme-exports', name: 'october.csv', text: 'one,two' }],
  });
  const token = (await real.local('POST', 'token', { account: TARGET })) as { accessToken: string };
  const [file, chains] = ['credential', 'chains.yaml'].map((name) => join(real.directory, name));
  await writeFile(file as string, token.accessToken);
  const owner = await real.as('user:owner@acme.com');
  await owner(`secrets versions add billing-export --data-file=${file}`);
  await writeFile(
    chains as string,
    `
caller: minter@acme-ops.iam.gserviceaccount.com
chains:
  - name: billing-export
    target: ${TARGET}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/cloud-platform] }
    secret: projects/acme-ops/secrets/billing-export
`,
  );
  env = {
    ...(await environmentOf(real.port, EXPORTER)),
    HOPMINT: `${process.execPath} ${CLI} -f ${chains}`,
  };
});
afterAll(() => real.close());

const sh = (script: string) => run('sh', ['-ec', script], { env, timeout: 60_000 });
const LIST = 'gcloud storage ls gs://acme-exports';

describe('A shell that may read a secret, and nothing of the bucket,', () => {
  it('is refused as itself', async () => {
    await expect(sh(LIST)).rejects.toThrow(/storage\.objects\.list/);
  });

  it('lists the bucket as the target of the chain, with gcloud alone', async () => {
    const read = 'gcloud secrets versions access latest --secret=billing-export --project=acme-ops';
    const { stdout } = await sh(`export CLOUDSDK_AUTH_ACCESS_TOKEN=$(${read}); ${LIST}`);
    expect(stdout).toBe('gs://acme-exports/october.csv\n');
  });

  it.each([
    ['in its environment', `--env CLOUDSDK_AUTH_ACCESS_TOKEN -- ${LIST}`],
    ['on a file descriptor', `-- ${LIST} --access-token-file=/dev/fd/3`],
  ])('lists it with ./hopmint read, which gives gcloud the token %s', async (_title, how) => {
    const { stdout } = await sh(`$HOPMINT read billing-export --exec ${how}`);
    expect(stdout).toBe('gs://acme-exports/october.csv\n');
  });

  it('lists it with a file that ./hopmint read writes', async () => {
    const file = join(real.directory, 'written');
    const { stdout } = await sh(
      `$HOPMINT read billing-export --out ${file}; CLOUDSDK_AUTH_ACCESS_TOKEN_FILE=${file} ${LIST}`,
    );
    expect(stdout).toBe('gs://acme-exports/october.csv\n');
  });
});
