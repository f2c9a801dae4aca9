import type { Io } from '../../terminal/io.ts';
import type { Accounts } from './deployed/grants.ts';
import { type FunctionProcess, startFunction } from './function.ts';
import type { LocalClient } from './local-client.ts';

const NAMES = ['fanout', 'mint', 'audit'] as const;
type Name = (typeof NAMES)[number];

/** The deployed functions. Each is a process with its own identity. */
export type Functions = Readonly<Record<Name, FunctionProcess>> & {
  /** Never resolves. Rejects when a function ends. */
  readonly broken: Promise<never>;
  stop(): Promise<void>;
};

/** The variables of the shell that a function gets. Others, such as HOME, may lead to credentials. */
const PASSED_ON = ['PATH', 'TMPDIR', 'TZ', 'SystemRoot', 'NODE_COMPILE_CACHE'];

export async function startFunctions(options: {
  readonly cloud: LocalClient;
  readonly accounts: Accounts;
  /** The published chain file, as `gs://bucket/object`. */
  readonly chains: string;
  readonly project: string;
  readonly io: Io;
  readonly log: (name: Name, line: string) => void;
}): Promise<Functions> {
  const { cloud, accounts, chains, project, io, log } = options;
  const kept = [...PASSED_ON, 'PUBSUB_EMULATOR_HOST'].flatMap((name) => {
    const value = io.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const started = await Promise.allSettled(
    NAMES.map(async (name) =>
      startFunction({
        target: name,
        env: {
          ...Object.fromEntries(kept),
          HOPMINT_CLOUD: cloud.url,
          HOPMINT_CHAINS: chains,
          HOPMINT_PROJECT: project,
          HOPMINT_ROTATED: '1',
          GCE_METADATA_HOST: await cloud.metadata(accounts[name]),
          METADATA_SERVER_DETECTION: 'assume-present',
        },
        log: (line) => log(name, line),
        signal: io.signal,
      }),
    ),
  );
  const running = started.flatMap((s) => (s.status === 'fulfilled' ? [s.value] : []));
  const stop = async () => {
    await Promise.all(running.map((process) => process.stop()));
  };
  const [fanout, mint, audit] = running;
  if (!fanout || !mint || !audit) {
    await stop();
    throw started.find((s) => s.status === 'rejected')?.reason;
  }
  const broken = Promise.race(running.map(({ ended }) => ended)).then((why): never => {
    throw new Error(why);
  });
  broken.catch(() => undefined); // nothing waits for it after the stop
  return { fanout, mint, audit, broken, stop };
}
