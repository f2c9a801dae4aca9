import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localClient } from '../cli/commands/start/local-client.ts';
import { type Bench, figureOf } from './figures/figure.ts';
import { temporary } from './processes/temporary.ts';
import { certifiedWorld, OPERATOR } from './worlds/certified-world.ts';
import { startCloud } from './worlds/cloud.ts';

const CHAINS = 1000;
const CLI = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** The time of an organization's certificate, within IAM's quota for reads, and of its check. */
export const bench: Bench = {
  name: 'certificate',
  async *run() {
    const directory = temporary();
    const path = (name: string) => join(directory, name);
    await writeFile(path('chains.json'), JSON.stringify(certifiedWorld(CHAINS).chains));
    await using cloud = await startCloud('./certified-process.ts', [String(CHAINS)]);
    await writeFile(path('token'), await localClient(cloud.url).token(OPERATOR), { mode: 0o600 });
    const env = { HOPMINT_CLOUD: cloud.url, CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: path('token') };
    const certificate = path('proof.json');
    const audit = ['audit', '-f', path('chains.json'), '--certificate', certificate, '--json'];
    for (const [what, words, exit, most] of [
      ['made', audit, 1, 60],
      ['verified', ['verify', certificate, '--json'], 0, 10],
    ] as const) {
      yield figureOf({
        name: `certificate of ${CHAINS} chains: ${what}`,
        unit: 's',
        against: 'the goal',
        pairs: [[await secondsOf(words, env, exit), most]],
        budget: 1,
      });
    }
  },
};

async function secondsOf(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  exit: number,
): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [CLI, ...words], { env, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== exit) throw new Error(`hopmint ${words[0]} exits with ${code}`);
  return (performance.now() - startedAt) / 1000;
}
