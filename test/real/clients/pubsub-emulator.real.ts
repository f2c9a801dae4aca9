import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type LocalProcess, openLocal } from '../local-process.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Google's own Pub/Sub emulator, a component of the Google Cloud CLI. */
async function startEmulator(): Promise<{ host: string; process: ChildProcess }> {
  const { stdout } = await run('gcloud', ['info', '--format=value(installation.sdk_root)']);
  const lib = join(stdout.trim(), 'platform/pubsub-emulator/lib');
  const jar = (await readdir(lib).catch(() => [])).find((name) => name.endsWith('.jar'));
  if (!jar) {
    throw new Error(
      "Google's Pub/Sub emulator is not installed. Run `gcloud components install pubsub-emulator`, or install the package google-cloud-cli-pubsub-emulator. It needs Java 11 or newer.",
    );
  }
  const host = `127.0.0.1:${await freePort()}`;
  const [, port = ''] = host.split(':');
  const process = spawn('java', ['-jar', join(lib, jar), '--host=127.0.0.1', `--port=${port}`], {
    stdio: 'ignore',
  });
  const broken = once(process, 'error').then(([error]) => Promise.reject(error));
  const answers = async () => {
    for (let i = 0; i < 300; i++) {
      if (await fetch(`http://${host}/`).then(Boolean, () => false)) return;
      await sleep(100);
    }
    throw new Error('The Pub/Sub emulator did not answer within 30 s.');
  };
  await Promise.race([answers(), broken]);
  return { host, process };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe("npm start with Google's Pub/Sub emulator in place of ours", () => {
  let local: LocalProcess;
  let emulator: Awaited<ReturnType<typeof startEmulator>>;
  beforeAll(async () => {
    local = await openLocal(join(ROOT, 'examples/world.yaml'));
    emulator = await startEmulator();
  });
  afterAll(async () => {
    const exited = once(emulator.process, 'exit');
    emulator.process.kill();
    await Promise.all([exited, local.close()]);
  });

  it('mints and proves every example chain, and uses only the topics of the emulator', async () => {
    const { stdout } = await run('npm', ['start', '-s', '--', '--once', '--json'], {
      cwd: ROOT,
      env: { ...process.env, HOPMINT_CLOUD: local.url, PUBSUB_EMULATOR_HOST: emulator.host },
      timeout: 110_000,
    });
    const { minted, failed } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as {
      minted: { chain: string }[];
      failed: object[];
    };
    expect(failed).toEqual([]);
    expect(minted.length).toBeGreaterThanOrEqual(8);

    const { counts } = (await local.control('GET', 'requests')) as {
      counts: Record<string, number>;
    };
    expect(counts.iamcredentials).toBeGreaterThanOrEqual(minted.length);
    expect(counts).not.toHaveProperty('pubsub');
    const response = await fetch(`http://${emulator.host}/v1/projects/acme-ops/topics`);
    const { topics } = (await response.json()) as { topics: { name: string }[] };
    expect(topics.map(({ name }) => name.split('/').at(-1))).toEqual(
      expect.arrayContaining(['hopmint-tick', 'hopmint-mint', 'hopmint-failed']),
    );
  });
});
