import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { CLI } from '../local-process.ts';

const run = promisify(execFile);

/** The local addresses of all listening TCP sockets, such as `127.0.0.1:8787`. */
async function listening(): Promise<string[]> {
  const { stdout } = await run('ss', ['-ltnH']);
  return stdout.split('\n').flatMap((line) => line.split(/\s+/)[3] ?? []);
}

it('npm start listens on loopback addresses only', async () => {
  const before = new Set(await listening());
  const child = spawn(process.execPath, [CLI, 'start', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    let out = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (out.includes('ticking every')) resolve();
      });
      exited.then(() => reject(new Error(out)), reject);
    });
    const opened = (await listening()).filter((address) => !before.has(address));
    expect(opened.length).toBeGreaterThan(6); // the local cloud, three functions, their metadata servers
    expect(opened.filter((address) => !/^(127\.0\.0\.1|\[::1\]):\d+$/.test(address))).toEqual([]);
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
});
