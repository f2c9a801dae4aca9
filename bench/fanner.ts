import { readFile } from 'node:fs/promises';
import { fanout } from '../functions/fanout.js';
import { sha256 } from '../shared/domain/canonical.js';
import { parseChainFile } from '../shared/domain/chain-file.js';
import { type Intent, intentOf } from '../shared/domain/intent.js';
import { noMemory } from '../shared/domain/plan-tick.js';
import { googleCloud } from '../shared/google/cloud.js';
import { hostsOf } from '../shared/google/http.js';
import { fannerOf } from './yardsticks/fan-out.js';

// A tick in a process of its own, each time the bench asks for one. Arguments: the local cloud's address, and the chain file for ours.

/** What is to be done: a tick at `now`, or the straightforward program over these projects. */
export type Job = { readonly now: string; readonly projects?: readonly string[] };

const [url = '', path] = process.argv.slice(2);
const TOPIC = 'projects/acme-ops/topics/hopmint-mint';
const cloud = googleCloud(hostsOf(url));
const straightforward = fannerOf(url);
let intent: Intent | undefined;

async function tick(now: Date): Promise<number> {
  if (!intent) {
    const text = await readFile(path as string, 'utf8');
    const { file, faults } = parseChainFile(text, now);
    if (!file) throw new Error(faults[0]?.message);
    intent = intentOf(file, sha256(text), '1');
  }
  const fanned = await fanout(
    '',
    { id: '1', publishedAt: now },
    {
      cloud,
      intent,
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
  const published = job.projects
    ? await straightforward(job.projects, TOPIC, new Date(+now - 29 * 60_000))
    : await tick(now);
  process.send?.({ published });
});
