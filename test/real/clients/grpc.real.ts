import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type LocalProcess, openLocal } from '../local-process.ts';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('client-program.ts', import.meta.url));
const MINTER = 'minter@acme-ops.iam.gserviceaccount.com';
type Results = Record<string, unknown>;

let local: LocalProcess;
let folder: string;
let overGrpc: Results;
let overRest: Results;
beforeAll(async () => {
  local = await openLocal();
  folder = await mkdtemp(join(tmpdir(), 'hopmint-grpc-'));
  const roles = ['roles/owner', 'roles/secretmanager.admin'];
  const bindings = roles.map((role) => ({ role, members: [`serviceAccount:${MINTER}`] }));
  await local.control('POST', 'seed', {
    projects: [{ id: 'acme-ops', policy: { bindings } }],
    accounts: [],
  });
  const { host, roots } = (await local.control('POST', 'grpc', {})) as {
    host: string;
    roots: string;
  };
  const rootsFile = join(folder, 'roots.pem');
  await writeFile(rootsFile, roots);
  const { accessToken } = (await local.control('POST', 'token', { account: MINTER })) as {
    accessToken: string;
  };
  const call = async (transport: 'grpc' | 'rest', port: string | number) => {
    const args = [PROGRAM, transport, `${port}`, accessToken, `by-${transport}`];
    const env = { ...process.env, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: rootsFile };
    const { stdout } = await run(process.execPath, args, { env });
    return JSON.parse(stdout) as Results;
  };
  [overGrpc, overRest] = await Promise.all([
    call('grpc', host.split(':')[1] ?? ''),
    call('rest', local.port),
  ]);
});
afterAll(async () => {
  await local.close();
  await rm(folder, { recursive: true, force: true });
});

/** Values that differ from call to call. */
const RANDOM =
  /^(etag|accessToken|token|signedJwt|signedBlob|ackId|error_info_id|troubleshooter_url)$/;
const TIMES = /^(createTime|expireTime|destroyTime|publishTime)$/;

/** The client of IAM Credentials words errors in another way over REST. gRPC errors begin with their code. */
const comparable = ({ withoutDelegates: _, ...results }: Results): unknown =>
  JSON.parse(JSON.stringify(results), (name: string, value: unknown) => {
    if (RANDOM.test(name)) return `some ${typeof value}`;
    if (TIMES.test(name) && value !== null) return Object.keys(value as object);
    if (/^messageIds?$/.test(name)) return 'some ID';
    return typeof value === 'string'
      ? value.replace(/by-(grpc|rest)/g, 'by-client').replace(/^\d+ [A-Z_]+: /, '')
      : value;
  });

it('gives the official clients in their default mode, over gRPC, what they get over REST', () => {
  expect(comparable(overGrpc)).toEqual(comparable(overRest));
});

it('serves IAM Credentials, Secret Manager and Pub/Sub over gRPC, with the reasons of errors', () => {
  expect(overGrpc).toMatchObject({
    accessSecretVersion: { payload: { data: { data: [...Buffer.from('payload')] } } },
    updateSecret: { annotations: { note: 'x' }, versionAliases: { current: '1' } },
    unknownSecret: { error: { code: 5, message: expect.stringContaining('not found') } },
    destroyedVersion: { error: { code: 9 } },
    badName: { error: { code: 3 } },
    generateAccessToken: { accessToken: expect.stringMatching(/^ya29/) },
    withoutDelegates: {
      error: {
        code: 7,
        reason: 'IAM_PERMISSION_DENIED',
        errorInfoMetadata: { permission: 'iam.serviceAccounts.getAccessToken' },
      },
    },
    publish: { messageIds: [expect.any(String)] },
    pull: { receivedMessages: [{ message: { attributes: { a: 'b' } } }] },
    listTopicSubscriptions: ['projects/acme-ops/subscriptions/by-grpc'],
  });
});
