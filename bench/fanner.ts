import { readFile } from 'node:fs/promises';
import { sum } from 'simple-statistics';
import { fanout } from '../functions/fanout.js';
import { sha256 } from '../shared/domain/canonical.js';
import { parseChainFile } from '../shared/domain/chain-file.js';
import { type Intent, intentOf } from '../shared/domain/intent.js';
import { noMemory } from '../shared/domain/plan-tick.js';
import { googleCloud } from '../shared/google/cloud.js';
import { hostsOf } from '../shared/google/http.js';
import { fannerOf } from './yardsticks/fan-out.js';

// A tick in a process of its own, each time the bench asks for one. Arguments: the local cloud's address, and the chain file for ours.

export type Job = {
  /** A tick at that instant: as many at once, each of them whole. */
  readonly now: string;
  readonly atOnce?: number;
  /** The straightforward program over these projects, in place of a tick. */
  readonly projects?: readonly string[];
};

const [url = '', path] = process.argv.slice(2);
const TOPIC = 'projects/acme-ops/topics/hopmint-mint';
const cloud = googleCloud(hostsOf(url));
const straightforward = fannerOf(url);
let intent: Intent | undefined;

async function intended(now: Date): Promise<Intent> {
  if (!intent) {
    const text = await readFile(path as string, 'utf8');
    const { file, faults } = parseChainFile(text, now);
    if (!file) throw new Error(faults[0]?.message);
    intent = intentOf(file, sha256(text), '1');
  }
  return intent;
}

async function tick(now: Date): Promise<number> {
  const fanned = await fanout(
    '',
    { id: '1', publishedAt: now },
    {
      cloud,
      intent: await intended(now),
      mintTopic: TOPIC,
      memory: noMemory,
      now,
      signal: AbortSignal.timeout(45_000),
    },
  );
  if (!fanned.ok) throw new Error(fanned.error.detail);
  const [unlisted] = fanned.value.unlisted;
  if (unlisted) throw new Error(unlisted.detail);
  return fanned.value.published.length;
}

process.on('message', async (job: Job | string) => {
  if (typeof job === 'string') return;
  const now = new Date(job.now);
  if (job.projects) {
    const published = await straightforward(job.projects, TOPIC, new Date(+now - 29 * 60_000));
    process.send?.({ published });
    return;
  }
  await intended(now);
  const ticks = Array.from({ length: job.atOnce ?? 1 }, () => tick(now));
  process.send?.({ published: sum(await Promise.all(ticks)) });
});
