import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../cli/start/function.ts';
import { FANOUT, MINTER, RELAY, TARGET } from '../test/journeys/rotation-world.ts';
import { type Bench, figureOf, sideBySide } from './figure.ts';
import { AUDITOR, identityOf, openFleet, pushOf } from './fleet.ts';
import { FUNCTIONS, image } from './image.ts';
import { type Env, FRAMEWORK } from './process.ts';

const ROUNDS = 9;
const YARDSTICKS = 'build/bench/yardsticks';

type Name = 'fanout' | 'mint' | 'audit';
export type Start = { readonly source: string; readonly target: Name; readonly env: Env };
export type Event = { readonly path: string; readonly body?: object };

/** From the spawn of a function's process to the answer of its first event, in milliseconds. @param end how it is ended then */
export async function coldStart(
  { source, target, env }: Start,
  event: Event,
  end: 'SIGKILL' | 'SIGTERM' = 'SIGKILL',
): Promise<number> {
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
    const ended = once(child, 'exit');
    if (child.kill(end)) await ended;
  }
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

export const tickPushed = pushed({});

/** What a process of ours takes to answer its first event, beside what one would write, and beside a function that does nothing. */
export const bench: Bench = {
  name: 'cold-start',
  async *run() {
    await using fleet = await openFleet(5);
    const { cloud, chains } = fleet;
    const [chain] = chains;
    if (!chain) return;
    const account = { fanout: FANOUT, mint: MINTER, audit: AUDITOR };
    const ours = async (target: Name): Promise<Start> => ({
      source: FUNCTIONS,
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
    const policyAsked = { path: `/?account=${RELAY}` };

    type Row = {
      readonly what: string;
      readonly target: Name;
      readonly ours: () => Event;
      readonly theirs: Event;
      /** Of the straightforward function. */
      readonly budget: number;
      readonly beside?: readonly string[];
    };
    const rows: Row[] = [
      {
        what: 'fanout: spawn to first event handled',
        target: 'fanout',
        ours: () => tickPushed,
        theirs: tickPushed,
        budget: 1,
        beside: ['empty'],
      },
      {
        what: 'mint: spawn to first event handled',
        target: 'mint',
        ours: () => malformed,
        theirs: tickPushed,
        budget: 0.8,
        beside: ['three-clients', 'empty'],
      },
      // Ours makes five calls before its credential stands, and theirs two.
      {
        what: 'mint: spawn to first credential stored',
        target: 'mint',
        ours: nextMint,
        theirs: theirMint,
        budget: 1,
        beside: ['three-clients'],
      },
      {
        what: 'audit: spawn to first event handled',
        target: 'audit',
        ours: () => ({ path: '/status' }),
        theirs: policyAsked,
        budget: 1,
        beside: ['empty'],
      },
      // Ours reads and judges all that is above the accounts of five chains, and theirs shows one policy.
      {
        what: 'audit: spawn to first report',
        target: 'audit',
        ours: () => ({ path: '/?format=json' }),
        theirs: policyAsked,
        budget: 1.4,
      },
    ];
    for (const { what, target, budget, beside = [], ...events } of rows) {
      for (const file of ['straightforward', ...beside]) {
        const [a, b] = [await ours(target), await theirs(file, target)];
        await coldStart(a, events.ours()); // what is read from disk for the first time is slow
        await coldStart(b, events.theirs);
        const pairs = await sideBySide(
          ROUNDS,
          () => coldStart(a, events.ours()),
          () => coldStart(b, events.theirs),
        );
        yield figureOf({
          name: `${what}, against ${file}`,
          unit: 'ms',
          against: file,
          pairs,
          ...(file === 'straightforward' && { budget }),
        });
      }
    }
  },
};
