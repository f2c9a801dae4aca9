import { sum } from 'simple-statistics';
import { fanout } from '../../functions/fanout/fanout.js';
import type { Intent } from '../../shared/domain/chain/intent.js';
import { EMPTY_MEMORY } from '../../shared/domain/rotation/tick/tick-memory.ts';
import { googleCloud } from '../../shared/google/cloud.js';
import { hostsOf } from '../../shared/google/wire/http.js';
import { fannerOf } from '../yardsticks/fan-out.js';
import { readChains } from './read-chains.js';

// Runs ticks in its own process, one job for each message. Arguments: the local cloud's address, and the published chain file.

export type Job = {
  /** The time of the tick. */
  readonly now: string;
  /** The number of concurrent ticks, by default one. Each one covers the whole fleet. */
  readonly atOnce?: number;
  /** If given, the straightforward program runs for these projects instead of ours. */
  readonly projects?: readonly string[];
};

const [url = '', path = ''] = process.argv.slice(2);
const TOPIC = 'projects/acme-ops/topics/hopmint-mint';
const ROTATE_EVERY_MS = 30 * 60_000;
const cloud = googleCloud(hostsOf(url), () => new Date());
const straightforward = fannerOf(url);
let intent: Promise<Intent> | undefined;

async function tick(now: Date): Promise<number> {
  const result = await fanout(
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
      wait: async (ms) => {
        throw new Error(`a tick waits ${ms} ms for quota`);
      },
      signal: AbortSignal.timeout(45_000),
    },
  );
  if (!result.ok) throw new Error(result.error.detail);
  const [unlisted] = result.value.unlisted;
  if (unlisted) throw new Error(unlisted.detail);
  return result.value.published.length;
}

process.on('message', async (job: Job | string) => {
  if (typeof job === 'string') return;
  const now = new Date(job.now);
  const published = job.projects
    ? [await straightforward(job.projects, TOPIC, new Date(+now - ROTATE_EVERY_MS))]
    : await Promise.all(Array.from({ length: job.atOnce ?? 1 }, () => tick(now)));
  process.send?.({ published: sum(published) });
});
