import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalCloud } from '../../../local/cloud.ts';
import { ENV, run } from '../../run.ts';

const HOPMINT = new URL('../../../hopmint', import.meta.url).pathname;
const ACCOUNT = 'minter@acme-ops.iam.gserviceaccount.com';
const WORLD = { projects: [{ id: 'acme-ops' }], accounts: [{ email: ACCOUNT }] };

let directory: string;
let cloud: Awaited<ReturnType<typeof startLocalCloud>>;
let port: string;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-env-'));
  cloud = await startLocalCloud({ seed: WORLD });
  port = new URL(cloud.url).port;
  // The shell of a person who works with Google: gcloud has a token, and there is a gcloud that shows with what it is run.
  await writeFile(join(directory, 'googles-token'), 'a token that Google knows');
  await writeFile(join(directory, 'gcloud'), GCLOUD);
  await chmod(join(directory, 'gcloud'), 0o755);
  env = {
    TMPDIR: directory,
    PATH: `${directory}:${ENV.PATH}`,
    CLOUDSDK_AUTH_ACCESS_TOKEN: 'a token that Google knows',
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(directory, 'googles-token'),
  };
});
afterAll(async () => {
  await cloud.close();
  await rm(directory, { recursive: true });
});

/** Finds its credential as gcloud does. test/real/gcloud/local-env.real.ts runs the same lines with the real one. */
const GCLOUD = `#!/bin/sh
token=\${CLOUDSDK_AUTH_ACCESS_TOKEN:-$(cat "$CLOUDSDK_AUTH_ACCESS_TOKEN_FILE")} || exit 1
echo "gcloud sends: $token to \${CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM:-Google}"
`;

/** The shells of this machine, of those that users have. */
const SHELLS = ['bash', 'dash', 'zsh'];
const found = await Promise.all(
  SHELLS.map(async (name) => (await run('sh', ['-c', `command -v ${name}`])).code === 0),
);
const shells = SHELLS.filter((_, i) => found[i]);

const lines = (...args: string[]) => `eval "$(${[HOPMINT, 'local', 'env', ...args].join(' ')})"`;

/** Each command runs once for all shells: they evaluate what it printed, and see its exit code. */
const printed = new Map<string, Promise<string>>();
function linesOnce(command: string): Promise<string> {
  const program = printed.get(command) ?? replayOf(command, join(directory, `ran-${printed.size}`));
  printed.set(command, program);
  return program;
}
async function replayOf(command: string, path: string): Promise<string> {
  const { code, out, err } = await run('sh', ['-c', command], { env });
  await Promise.all([writeFile(`${path}.out`, out), writeFile(`${path}.err`, err)]);
  return `eval "$(cat ${path}.out; cat ${path}.err >&2; exit ${code})"`;
}
const envOnce = (...args: string[]) => linesOnce([HOPMINT, 'local', 'env', ...args].join(' '));

const failures = [
  {
    situation: 'the account is not in the world',
    args: () => ['--port', port, '--as', 'typo@x.y'],
  },
  { situation: 'no local cloud runs', args: () => ['--port', '1'] },
  { situation: 'an option does not exist', args: () => ['--port', port, '--account', ACCOUNT] },
  { situation: 'the port is no number', args: () => ['--port', 'x'] },
  { situation: 'the port is no number, with --help', args: () => ['--port', 'x', '--help'] },
];

describe.each(shells)('in %s, after a failed "local env"', (shell) => {
  it.each(failures)('no later command reaches Google, when $situation', async ({ args }) => {
    const later = 'gcloud projects list; echo "$CLOUDSDK_AUTH_ACCESS_TOKEN_FILE $HOPMINT_CLOUD"';
    const { out, err } = await run(shell, ['-c', `${await envOnce(...args())}\n${later}`], { env });
    expect(out).toBe('/dev/null/hopmint-local-env-failed http://127.0.0.1:1\n');
    expect(err).toContain('until "local env" succeeds');
  });

  it('a later command of ours finds no credential', async () => {
    const script = `${await envOnce('--port', '1')}\n${HOPMINT} status -f gs://b/o`;
    const { out, err } = await run(shell, ['-c', script], { env });
    expect(out).toBe('');
    expect(err).toContain('/dev/null/hopmint-local-env-failed cannot be read');
  });

  it('what follows && does not run, and a script with set -e ends', async () => {
    const failing = await envOnce('--port', '1');
    const { out } = await run(shell, ['-c', `${failing} && echo next`], { env });
    expect(out).toBe('');
    expect(await run(shell, ['-c', `set -e\n${failing}\necho next`], { env })).toMatchObject({
      code: 1,
      out: '',
    });
  });

  it('what follows && does not run without quotes either', async () => {
    const failing = `eval $(${HOPMINT} local env --bogus)`;
    const { out } = await run(shell, ['-c', `${failing} && echo next`], { env });
    expect(out).toBe('');
  });

  it('success works without quotes too', async () => {
    const script = `eval $(${HOPMINT} local env --port ${port} --as ${ACCOUNT}) && gcloud projects list`;
    expect(await run(shell, ['-c', script], { env })).toMatchObject({
      code: 0,
      out: expect.stringContaining(`to ${cloud.url}/`),
    });
  });

  it.each([
    { situation: 'knows no option of NODE_OPTIONS', options: '--bogus' },
    { situation: 'cannot load a file of NODE_OPTIONS', options: '--require /nonexistent' },
  ])('no later command reaches Google, when Node $situation', async ({ options }) => {
    const command = `NODE_OPTIONS='${options}' ${HOPMINT} local env --port ${port}`;
    const failing = await linesOnce(command);
    const script = `${failing} && echo next\ngcloud projects list; echo "$HOPMINT_CLOUD"`;
    const { out, err } = await run(shell, ['-c', script], { env });
    expect(out).toBe('http://127.0.0.1:1\n');
    expect(err).toContain('until "local env" succeeds');
  });

  it('the shell goes on, and the next success works', async () => {
    const script = `${lines('--port', '1')}\n${lines('--port', port, '--as', ACCOUNT)} && gcloud projects list`;
    const { out, code } = await run(shell, ['-c', script], { env });
    expect(out).toMatch(new RegExp(`^gcloud sends: ya29\\..+ to ${cloud.url}/\n$`));
    expect(code).toBe(0);
  });
});

describe('hopmint local env', () => {
  const INTERACTIVE: Readonly<Record<string, string[]>> = {
    bash: ['--norc', '-i'],
    zsh: ['-f', '-i'],
  };
  it.each(shells)('does not close an interactive %s when it fails', async (shell) => {
    const child = spawn(shell, INTERACTIVE[shell] ?? ['-i'], {
      env: { ...ENV, ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stdin.end(`${lines('--port', '1')}\necho still here\n`);
    await once(child, 'close');
    expect(out).toBe('still here\n');
  });

  it('gives gcloud no token without --as, and takes away the one that it had', async () => {
    const script = `${lines('--port', port)} && gcloud projects list`;
    const { code, out } = await run('sh', ['-c', script], { env });
    expect({ code, out }).toEqual({ code: 1, out: '' });
  });

  it.each([{ help: '--help' }, { help: '-h' }])(
    'prints only its help with $help, and its --port is that of the local cloud',
    async ({ help }) => {
      const { code, out } = await run(HOPMINT, ['local', 'env', help], { env });
      expect(code).toBe(0);
      expect(out).toMatch(/^Usage: /);
      expect(out.match(/--port .*|--seed .*/g)).toEqual([
        '--port <number>    the port of the running local cloud (default: 8787)',
      ]);
    },
  );

  it.each([
    { situation: 'the packages of the clone are missing', install: async () => undefined, code: 2 },
    {
      situation: 'Node ends before the command line runs',
      install: async (clone: string) => {
        await mkdir(join(clone, 'node_modules/.bin'), { recursive: true });
        await symlink(process.execPath, join(clone, 'node_modules/.bin/node'));
      },
      code: 1,
    },
  ])('prints the same lines when $situation', async ({ install, code }) => {
    const clone = await mkdtemp(join(directory, 'clone-'));
    await copyFile(HOPMINT, join(clone, 'hopmint'));
    await install(clone);
    const broken = await run(join(clone, 'hopmint'), ['local', 'env'], { env });
    const failed = await run(HOPMINT, ['local', 'env', '--port', '1'], { env });
    expect(failed.out).toMatch(/^unset .*;\n(?:export .*;\n){3}false;\n$/);
    expect(broken.out).toBe(failed.out);
    expect(broken.code).toBe(code);
  });

  it('prints false last when a signal ends Node', async () => {
    const clone = await mkdtemp(join(directory, 'clone-'));
    await mkdir(join(clone, 'node_modules/.bin'), { recursive: true });
    await copyFile(HOPMINT, join(clone, 'hopmint'));
    const node = '#!/bin/sh\n[ "$1" = --version ] && echo v24.0.0 || kill -KILL $$\n';
    await writeFile(join(clone, 'node_modules/.bin/node'), node, { mode: 0o755 });
    const { out, code } = await run(join(clone, 'hopmint'), ['local', 'env'], { env });
    expect(out).toMatch(/\nfalse;\n$/);
    expect(code).toBe(137);
  });
});
