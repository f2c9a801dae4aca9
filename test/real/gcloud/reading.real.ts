import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLI } from '../local-process.ts';
import { environmentOf, type LocalWithGcloud, openLocalWithGcloud } from './gcloud.ts';

const run = promisify(execFile);
const EXPORTER = 'exporter@acme-ops.iam.gserviceaccount.com';
const TARGET = 'reader@acme-data.iam.gserviceaccount.com';

let local: LocalWithGcloud;
let env: Record<string, string>;
beforeAll(async () => {
  local = await openLocalWithGcloud();
  const accessor = 'roles/secretmanager.secretAccessor';
  const viewer = 'roles/storage.objectViewer';
  await local.control('POST', 'seed', {
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
  const token = (await local.control('POST', 'token', { account: TARGET })) as {
    accessToken: string;
  };
  const [file, chains] = ['credential', 'chains.yaml'].map((name) => join(local.directory, name));
  await writeFile(file as string, token.accessToken);
  const owner = await local.as('user:owner@acme.com');
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
    ...(await environmentOf(local.port, EXPORTER)),
    HOPMINT: `${process.execPath} ${CLI} -f ${chains}`,
  };
});
afterAll(() => local.close());

const sh = (script: string) => run('sh', ['-ec', script], { env, timeout: 60_000 });
const LIST = 'gcloud storage ls gs://acme-exports';

describe('A shell that may read the secret of a chain, and may not list a bucket,', () => {
  it('is denied the bucket as its own account', async () => {
    await expect(sh(LIST)).rejects.toThrow(/storage\.objects\.list/);
  });

  it('lists the bucket as the target of the chain with gcloud only', async () => {
    const read = 'gcloud secrets versions access latest --secret=billing-export --project=acme-ops';
    const { stdout } = await sh(`export CLOUDSDK_AUTH_ACCESS_TOKEN=$(${read}); ${LIST}`);
    expect(stdout).toBe('gs://acme-exports/october.csv\n');
  });

  it.each([
    { by: 'in its environment', args: `--env CLOUDSDK_AUTH_ACCESS_TOKEN -- ${LIST}` },
    { by: 'on a file descriptor', args: `-- ${LIST} --access-token-file=/dev/fd/3` },
  ])('lists it with ./hopmint read, which gives gcloud the token $by', async ({ args }) => {
    const { stdout } = await sh(`$HOPMINT read billing-export --exec ${args}`);
    expect(stdout).toBe('gs://acme-exports/october.csv\n');
  });

  it('lists it with a token file that ./hopmint read writes', async () => {
    const file = join(local.directory, 'written');
    const { stdout } = await sh(
      `$HOPMINT read billing-export --out ${file}; CLOUDSDK_AUTH_ACCESS_TOKEN_FILE=${file} ${LIST}`,
    );
    expect(stdout).toBe('gs://acme-exports/october.csv\n');
  });
});
