import { sum } from 'simple-statistics';
import { fanout } from '../../functions/fanout/fanout.js';
import type { Intent } from '../../shared/domain/chain/intent.js';
import { EMPTY_MEMORY } from '../../shared/domain/rotation/tick-plan.js';
import { googleCloud } from '../../shared/google/cloud.js';
import { hostsOf } from '../../shared/google/wire/http.js';
import { fannerOf } from '../yardsticks/fan-out.js';
import { readChains } from './read-chains.js';

// A tick in a process of its own, each time the bench asks for one. Arguments: the local cloud's address, and the published chain file for ours.

export type Job = {
  /** When it is. */
  readonly now: string;
  /** How many ticks at once, each of them whole: one, unless it says. */
  readonly atOnce?: number;
  /** The straightforward program over these projects, in place of ticks. */
  readonly projects?: readonly string[];
};

const [url = '', path = ''] = process.argv.slice(2);
const TOPIC = 'projects/acme-ops/topics/hopmint-mint';
const cloud = googleCloud(hostsOf(url), () => new Date());
const straightforward = fannerOf(url);
let intent: Promise<Intent> | undefined;

async function tick(now: Date): Promise<number> {
  const fanned = await fanout(
    '',
    { id: '1', publishedAt: now },
    {
      cloud,
      readIntent: () => {
        intent ??= readChains(path);
        return intent;
      },
      mintTopic: TOPIC,
      memory: EMPTY_MEMORY,
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
    ? [await straightforward(job.projects, TOPIC, new Date(+now - 30 * 60_000))]
    : await Promise.all(Array.from({ length: job.atOnce ?? 1 }, () => tick(now)));
  process.send?.({ published: sum(published) });
});
