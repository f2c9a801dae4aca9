import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENV, MAIN } from '../../run.ts';

const MINUTE = 60_000;

type Started = { process: ChildProcess; audit: string; ended: Promise<number | null> };

/** Until it ticks: then the audit's page is there. */
function started(command: string, args: string[], env: Record<string, string>): Promise<Started> {
  const process_ = spawn(command, args, { env: { ...ENV, ...env } });
  const ended = new Promise<number | null>((resolve) => process_.once('close', resolve));
  return new Promise((resolve, reject) => {
    let out = '';
    process_.stdout.on('data', (data) => {
      out += data;
      const audit = /^audit +(http:\S+)$/m.exec(out)?.[1];
      if (audit && out.includes('ticking')) resolve({ process: process_, audit, ended });
    });
    process_.once('close', () => reject(new Error(out)));
  });
}

const answers = (url: string) =>
  fetch(`${url}?format=text`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Two seconds are for a parent that is looked for every half. */
async function isGone(url: string): Promise<boolean> {
  for (let i = 0; i < 20; i++) {
    if (!(await answers(url))) return true;
    await sleep(100);
  }
  return false;
}

describe('npm start leaves no function behind', () => {
  const start = [MAIN, 'start', '--port', '0'];

  it(
    'and exits 0, on Ctrl-C',
    async () => {
      const { process: parent, audit, ended } = await started(process.execPath, start, {});
      expect(await answers(audit)).toBe(true);
      parent.kill('SIGINT');
      expect(await ended).toBe(0);
      expect(await answers(audit)).toBe(false);
    },
    MINUTE,
  );

  it(
    'when it is killed before it can stop them',
    async () => {
      const { process: parent, audit, ended } = await started(process.execPath, start, {});
      parent.kill('SIGKILL');
      await ended;
      expect(await isGone(audit)).toBe(true);
    },
    MINUTE,
  );

  it(
    "when npm's shell ends without passing the signal on",
    async () => {
      const script = `"${process.execPath}" ${start.join(' ')}; exit $?`;
      const env = { npm_lifecycle_event: 'start' };
      const { process: shell, audit } = await started('sh', ['-c', script], env);
      shell.kill('SIGTERM');
      expect(await isGone(audit)).toBe(true);
    },
    MINUTE,
  );
});
