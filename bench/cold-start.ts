import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../cli/start/function.ts';
import { FANOUT, MINTER, RELAY, TARGET } from '../test/journeys/rotation-world.ts';
import { type Bench, figureOf, sideBySide } from './figure.ts';
import { identityOf, openFleet, pushOf } from './fleet.ts';
import { image } from './image.ts';
import { type Env, FRAMEWORK } from './process.ts';

const ROUNDS = 7;
const OURS = 'build/functions/index.js';
const YARDSTICKS = 'build/bench/yardsticks';

type Name = 'fanout' | 'mint' | 'audit';
type Start = { readonly source: string; readonly target: Name; readonly env: Env };
type Event = { readonly path: string; readonly body?: object };

/** From the spawn of a function's process to the answer of its first event, in milliseconds. */
export async function coldStart({ source, target, env }: Start, event: Event): Promise<number> {
  const [port = 0] = await freePorts(1);
  const cwd = await image();
  const args = [FRAMEWORK, `--source=${source}`, `--target=${target}`, `--port=${port}`];
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    for (;;) {
      const status = await send(port, event);
      if (status !== undefined && status < 300) return performance.now() - startedAt;
      if (status !== undefined) throw new Error(`${source} ${target} answered ${status}`);
      if (child.exitCode !== null) throw new Error(`${source} ${target} did not start`);
      await sleep(4);
    }
  } finally {
    await end(child);
  }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  if (child.kill('SIGKILL')) await ended;
}

/** @returns the status; none while nobody listens */
const send = (port: number, { path, body }: Event): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const method = body ? 'POST' : 'GET';
    const headers = { 'content-type': 'application/json' };
    const sent = request({ port, path, method, headers, agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode));
    });
    sent.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' ? resolve(undefined) : reject(error),
    );
    sent.end(body && JSON.stringify(body));
  });

const pushed = (message: object): Event => ({
  path: '/projects/acme-ops/topics/hopmint-mint',
  body: pushOf(message),
});

/** A rotation of ours makes five calls before its credential stands, and theirs two: of the loads, that is all that it may cost. */
function budgetOf(what: string, file: string): { budget?: number } {
  if (file === 'empty') return {};
  if (!what.endsWith('stored')) return { budget: 1 };
  return file === 'straightforward' ? { budget: 1.3 } : {};
}

/** What a process of ours takes to answer its first event, beside what one would write, and beside a function that does nothing. */
export const bench: Bench = {
  name: 'cold-start',
  async *run() {
    await using fleet = await openFleet(5);
    const { cloud, chains } = fleet;
    const [chain] = chains;
    if (!chain) return;
    const account = { fanout: FANOUT, mint: MINTER, audit: MINTER };
    const ours = async (target: Name): Promise<Start> => ({
      source: OURS,
      target,
      env: { ...(await fleet.envOf('mint')), ...(await identityOf(cloud, account[target])) },
    });
    const theirs = async (file: string, target: Name): Promise<Start> => ({
      source: `${YARDSTICKS}/${file}.js`,
      target,
      env: {
        CLOUD: cloud.url,
        PROJECT: 'acme-ops',
        ...(await identityOf(cloud, account[target])),
      },
    });
    const theirMint = pushed({
      target: TARGET,
      delegates: [RELAY],
      scopes: ['https://www.googleapis.com/auth/bigquery'],
      secret: 'projects/acme-ops/secrets/chain-1',
    });
    /** `chain-0` has a version more after each. */
    let stored = 0;
    const nextMint = (): Event => pushed(fleet.messageFor(chain, stored++));
    const malformed = pushed({ chain: 7 });

    type Row = [what: string, target: Name, ours: () => Event, theirs: Event, yardsticks: string[]];
    const rows: Row[] = [
      [
        'fanout: spawn to first event handled',
        'fanout',
        () => pushed({}),
        pushed({}),
        ['straightforward', 'empty'],
      ],
      [
        'mint: spawn to first event handled',
        'mint',
        () => malformed,
        pushed({}),
        ['straightforward', 'three-clients', 'empty'],
      ],
      [
        'mint: spawn to first credential stored',
        'mint',
        nextMint,
        theirMint,
        ['straightforward', 'three-clients'],
      ],
      [
        'audit: spawn to first event handled',
        'audit',
        () => ({ path: '/status' }),
        { path: `/?account=${TARGET}` },
        ['straightforward', 'empty'],
      ],
    ];
    for (const [what, target, event, theirEvent, yardsticks] of rows) {
      for (const file of yardsticks) {
        const [a, b] = [await ours(target), await theirs(file, target)];
        await coldStart(a, event()); // what is read from disk for the first time is slow
        await coldStart(b, theirEvent);
        const pairs = await sideBySide(
          ROUNDS,
          () => coldStart(a, event()),
          () => coldStart(b, theirEvent),
        );
        yield figureOf({
          name: `${what}, against ${file}`,
          unit: 'ms',
          against: file,
          pairs,
          ...budgetOf(what, file),
        });
      }
    }
  },
};
