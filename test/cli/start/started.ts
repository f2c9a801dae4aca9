import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENV, MAIN } from '../../run.ts';

/** `npm start` on a free port, without npm. */
export const START = [MAIN, 'start', '--port', '0'];

export type Started = {
  readonly process: ChildProcess;
  /** The local cloud. */
  readonly url: string;
  /** The page of the audit. */
  readonly audit: string;
  /** Standard error so far. */
  readonly printed: () => string;
  readonly ended: Promise<number | null>;
};

/** Starts a process, and waits until it ticks: then the audit's page is there. */
export function started(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const child = spawn(command, args, { env: { ...ENV, ...env } });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let [out, err] = ['', ''];
  child.stderr.on('data', (data) => {
    err += data;
  });
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (data) => {
      out += data;
      const url = /^LOCAL +(http:[^\s,]+)/m.exec(out)?.[1];
      const audit = /^audit +(http:\S+)$/m.exec(out)?.[1];
      if (url && audit && out.includes('ticking')) {
        resolve({ process: child, url, audit, printed: () => err, ended });
      }
    });
    child.once('close', () => reject(new Error(out + err)));
  });
}

/** Whether a page is answered. */
export const answers = (url: string): Promise<boolean> =>
  fetch(`${url}?format=text`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Two seconds are for a parent that is looked for every half. */
export async function isGone(url: string): Promise<boolean> {
  for (let i = 0; i < 20; i++) {
    if (!(await answers(url))) return true;
    await sleep(100);
  }
  return false;
}
