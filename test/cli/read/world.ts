import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReaderWorld, type ReaderWorld, SECRET, TARGET } from '../../reader/world.ts';
import { ENV, hopmint, MAIN, type Ran } from '../../run.ts';
import { hopmintHere } from '../hopmint-here.ts';

const CHAINS = `
caller: minter@acme-ops.iam.gserviceaccount.com
chains:
  - name: billing
    target: ${TARGET}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/pubsub] }
    secret: ${SECRET}
    format: json
  - name: stamp
    target: ${TARGET}
    credential: { kind: signed-blob, payload: { text: release 42 } }
    secret: projects/acme-ops/secrets/stamp
`;

/** A secret with a credential of the chain `billing`, and a folder with the chain file and the token of its reader. */
export type ReadWorld = {
  readonly world: ReaderWorld;
  readonly directory: string;
  /** The path of the chain file. */
  readonly chains: string;
  readonly env: Record<string, string>;
  /** The stored credential. */
  readonly token: string;
  /** Runs `read` in this process. */
  hopmint(...args: string[]): Promise<Ran>;
  /** Runs `read` in a process of its own, whose output a command inherits. */
  spawned(...args: string[]): Promise<Ran>;
  /** Starts `read`, to send it signals. */
  start(...args: string[]): ChildProcessWithoutNullStreams;
  close(): Promise<void>;
};

export async function openReadWorld(): Promise<ReadWorld> {
  const world = await openReaderWorld(new Date());
  const directory = await mkdtemp(join(tmpdir(), 'hopmint-read-'));
  const chains = join(directory, 'chains.yaml');
  const tokenFile = join(directory, 'token');
  await Promise.all([writeFile(chains, CHAINS), writeFile(tokenFile, world.token)]);
  const env = {
    ...ENV,
    TMPDIR: directory,
    HOPMINT_CLOUD: world.local.url,
    CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: tokenFile,
  };
  const token = await world.accessToken();
  await world.store(await world.json({ token }));
  return {
    world,
    directory,
    chains,
    env,
    token,
    hopmint: (...args) => hopmintHere(['-f', chains, 'read', ...args], env),
    spawned: (...args) => hopmint(['read', ...args], { env, cwd: directory }),
    start: (...args) => spawn(process.execPath, [MAIN, 'read', ...args], { env, cwd: directory }),
    async close() {
      await world.close();
      await rm(directory, { recursive: true });
    },
  };
}
