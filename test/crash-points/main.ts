import { availableParallelism } from 'node:os';
import { type MessagePort, parentPort, Worker } from 'node:worker_threads';
import { KINDS } from '../simulation/chains.ts';
import { interleavings } from './interleavings.ts';
import { killedPoints } from './killed-process.ts';
import { type Point, points } from './points.ts';
import { STARTS } from './rotation.ts';

/** A part of the enumeration: what one worker does at a time. */
type Job = {
  readonly what: 'faults' | 'interleavings';
  readonly kind: number;
  readonly start: number;
};

const jobs: readonly Job[] = (['faults', 'interleavings'] as const).flatMap((what) =>
  KINDS.flatMap((_, kind) => STARTS.map((__, start) => ({ what, kind, start }))),
);

/** What fanout does, and what trouble brings about, is the same for each kind: once is enough. */
async function* pointsOf(job: Job): AsyncGenerator<Point> {
  const [kind, start] = [KINDS[job.kind], STARTS[job.start]];
  if (!kind || !start) return;
  if (job.what === 'faults') {
    const isFirst = job.kind === 0;
    const rest = isFirst ? { twice: true } : ({ of: 'mint' } as const);
    yield* points(kind, start, { sockets: true, ...rest });
    return;
  }
  for await (const { turns, violations } of interleavings(kind, start, true)) {
    const boundary = `two deliveries, ${start}`;
    yield { kind, start, boundary, fault: `interleaved ${turns.join('')}`, violations };
  }
}

/** What a worker tells: what it found, and at the end of each job that it is free. */
type Word = Point | 'free';

function work(port: MessagePort): void {
  port.on('message', async (job: Job) => {
    for await (const point of pointsOf(job)) port.postMessage(point);
    port.postMessage('free');
  });
  port.postMessage('free');
}

async function all(): Promise<Point[]> {
  const found: Point[] = [];
  // The longest first: nobody waits for one at the end.
  const left = jobs.toSorted((a, b) => b.start - a.start);
  const workers = Array.from({ length: Math.min(availableParallelism(), jobs.length) }, () => {
    const worker = new Worker(new URL(import.meta.url));
    return new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', () => resolve());
      worker.on('message', async (word: Word) => {
        if (word !== 'free') return found.push(word);
        const job = left.shift();
        return job ? worker.postMessage(job) : worker.terminate();
      });
    });
  });
  await Promise.all(workers);
  return found;
}

function print(found: readonly Point[], title: string, of: (point: Point) => string): void {
  const counts = new Map<string, { points: number; failed: number }>();
  for (const point of found) {
    const { points, failed } = counts.get(of(point)) ?? { points: 0, failed: 0 };
    const fails = point.violations.length > 0 ? 1 : 0;
    counts.set(of(point), { points: points + 1, failed: failed + fails });
  }
  console.log(`\n${title}`);
  for (const [name, { points, failed }] of counts) {
    console.log(`${String(points).padStart(6)}  ${name}${failed > 0 ? `  ${failed} FAILED` : ''}`);
  }
}

if (parentPort) work(parentPort);
else {
  const startedAt = performance.now();
  const found = await all();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  const killed = process.argv.includes('--no-kill') ? [] : await killedPoints();
  const every = [...found, ...killed];
  print(every, 'points by boundary', ({ boundary }) => boundary);
  print(every, 'points by fault', ({ fault }) => fault.replace(/ [01]+$/, ''));
  const failed = every.filter(({ violations }) => violations.length > 0);
  for (const { kind, start, boundary, fault, violations } of failed) {
    console.log(`\nFAILED  ${kind}, ${start}: ${boundary}: ${fault}\n  ${violations.join('\n  ')}`);
  }
  const passed = every.length - failed.length;
  console.log(
    `\n${every.length} points, ${passed} passed, ${failed.length} failed; in process ${seconds} s, ${killed.length} by SIGKILL`,
  );
  process.exitCode = failed.length > 0 ? 1 : 0;
}
