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

/** What a process of ours takes to answer its first event, beside what one would write, and beside a function that does nothing. */
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
        budget: 0.7,
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
        ours: () => statusAsked,
        theirs: policyAsked,
        budget: 1,
        beside: ['empty'],
      },
      // Ours reads and judges all that is above the accounts of five chains, and theirs shows one policy.
      {
        what: 'audit: spawn to first report',
        target: 'audit',
        ours: () => reportAsked,
        theirs: policyAsked,
        budget: 1.4,
      },
    ];
    for (const { what, target, budget, beside = [], ...events } of rows) {
      for (const file of ['straightforward', ...beside]) {
        const [a, b] = [await oursOf(fleet, target), await theirsOf(fleet, file, target)];
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
