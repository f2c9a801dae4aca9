import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../cli/commands/start/function.ts';
import { type Bench, figureOf, sideBySide } from './figures/figure.ts';
import { image } from './processes/image.ts';
import { FRAMEWORK } from './processes/process.ts';
import {
  malformed,
  mintsOf,
  type Name,
  oursOf,
  policyAsked,
  reportAsked,
  type Start,
  statusAsked,
  theirMint,
  theirsOf,
  tickPushed,
} from './processes/starts.ts';
import { type Event, openFleet } from './worlds/fleet.ts';

const ROUNDS = 9;

/** The milliseconds from the spawn of a function's process to the response to its first event. @param end ends the process */
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
      if (status !== undefined) throw new Error(`${source} ${target} responded with ${status}`);
      if (child.exitCode !== null) throw new Error(`${source} ${target} did not start`);
      await sleep(4);
    }
  } finally {
    const ended = once(child, 'exit');
    if (child.kill(end)) await ended;
  }
}

/** @returns the status; undefined while the port is closed */
const send = (port: number, { path, body }: Event): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const method = body ? 'POST' : 'GET';
    const headers = { 'content-type': 'application/json' };
    const sent = request({ port, path, method, headers, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    sent.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' ? resolve(undefined) : reject(error),
    );
    sent.end(body && JSON.stringify(body));
  });

/** The time until our functions respond to their first event, compared with straightforward functions and an empty one. */
export const bench: Bench = {
  name: 'cold-start',
  async *run() {
    await using fleet = await openFleet(5);
    const nextMint = mintsOf(fleet);

    type Row = {
      readonly what: string;
      readonly target: Name;
      readonly ours: () => Event;
      readonly theirs: Event;
      /** The ratio to the straightforward function. */
      readonly budget: number;
      /** Yardsticks without a budget. */
      readonly others?: readonly string[];
    };
    const rows: Row[] = [
      {
        what: 'fanout: spawn to first event handled',
        target: 'fanout',
        ours: () => tickPushed,
        theirs: tickPushed,
        budget: 1,
        others: ['empty'],
      },
      {
        what: 'mint: spawn to first event handled',
        target: 'mint',
        ours: () => malformed,
        theirs: tickPushed,
        budget: 0.7,
        others: ['three-clients', 'empty'],
      },
      // Ours makes five calls before its credential is stored, and the yardstick makes two.
      {
        what: 'mint: spawn to first credential stored',
        target: 'mint',
        ours: nextMint,
        theirs: theirMint,
        budget: 1,
        others: ['three-clients'],
      },
      {
        what: 'audit: spawn to first event handled',
        target: 'audit',
        ours: () => statusAsked,
        theirs: policyAsked,
        budget: 1,
        others: ['empty'],
      },
      // Ours reads and checks all policies that concern five chains, and the yardstick shows one policy.
      {
        what: 'audit: spawn to first report',
        target: 'audit',
        ours: () => reportAsked,
        theirs: policyAsked,
        budget: 1.4,
      },
    ];
    for (const { what, target, budget, others = [], ...events } of rows) {
      for (const file of ['straightforward', ...others]) {
        const [a, b] = [await oursOf(fleet, target), await theirsOf(fleet, file, target)];
        await coldStart(a, events.ours()); // the first read of a file from disk is slow
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
