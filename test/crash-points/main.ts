import { availableParallelism } from 'node:os';
import { type MessagePort, parentPort, Worker } from 'node:worker_threads';
import { KINDS } from '../simulation/chains.ts';
import { AUDITS, auditPoints, MEANWHILE } from './audits/audit-points.ts';
import { FAULTS, PERSON } from './faults.ts';
import { incidents } from './incidents.ts';
import { interleavings } from './interleavings.ts';
import { killedPoints } from './killed-process.ts';
import { type Point, points } from './points.ts';
import { STARTS } from './rotation.ts';

/** A part of the work, for one worker. */
type Job = {
  readonly what: 'faults' | 'interleavings' | 'incidents' | 'audits';
  readonly kind: number;
  readonly start: number;
};

/** Two deliveries of a request, and what follows an incident, are the same for each kind: only the calls that mint and prove differ. */
const jobs: readonly Job[] = [
  ...KINDS.flatMap((_, kind) =>
    STARTS.map((__, start) => ({ what: 'faults', kind, start }) as const),
  ),
  ...STARTS.map((_, start) => ({ what: 'interleavings', kind: 0, start }) as const),
  { what: 'incidents', kind: 0, start: STARTS.indexOf('steady') },
  ...AUDITS.flatMap((_, kind) =>
    MEANWHILE.map((__, start) => ({ what: 'audits', kind, start }) as const),
  ),
];

const WITHOUT_PERSON = FAULTS.filter(
  ({ name }) => !Object.keys(PERSON).some((done) => name.startsWith(done)),
);

/**
 * The calls of fanout, the calls after a fault, and what a person does are the same for each kind. They are covered with the first kind only.
 */
async function* pointsOf(job: Job): AsyncGenerator<Point> {
  const [audit, meanwhile] = [AUDITS[job.kind], MEANWHILE[job.start]];
  if (job.what === 'audits' && audit && meanwhile) return yield* auditPoints(audit, meanwhile);
  const [kind, start] = [KINDS[job.kind], STARTS[job.start]];
  if (!kind || !start) return;
  if (job.what === 'faults') {
    const isFirst = job.kind === 0;
    const rest = isFirst ? { twice: true } : ({ of: 'mint', faults: WITHOUT_PERSON } as const);
    yield* points(kind, start, { sockets: true, ...rest });
    return;
  }
  if (job.what === 'incidents') {
    yield* incidents(kind, true);
    return;
  }
  for await (const { turns, violations } of interleavings(kind, start, true)) {
    const call = `two deliveries, ${start}`;
    yield { kind, start, call, fault: `interleaved ${turns.join('')}`, violations };
  }
}

/** A worker sends each point, and `free` when it has started or finished a job. */
type Message = Point | 'free';

function work(port: MessagePort): void {
  port.on('message', async (job: Job) => {
    for await (const point of pointsOf(job)) port.postMessage(point);
    port.postMessage('free');
  });
  port.postMessage('free');
}

async function runJobs(): Promise<Point[]> {
  const found: Point[] = [];
  // The jobs from a steady start take longer, so they come first. Then no worker waits for a long job at the end.
  const waiting = jobs.toSorted((a, b) => b.start - a.start);
  const workers = Array.from({ length: Math.min(availableParallelism(), jobs.length) }, () => {
    const worker = new Worker(new URL(import.meta.url));
    return new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', () => resolve());
      worker.on('message', async (message: Message) => {
        if (message !== 'free') return found.push(message);
        const job = waiting.shift();
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
  const found = await runJobs();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  const killed = process.argv.includes('--no-kill') ? [] : await killedPoints();
  const every = [...found, ...killed];
  print(every, 'points by call', ({ call }) => call);
  print(every, 'points by fault', ({ fault }) => fault.replace(/ [01]+$/, ''));
  const failed = every.filter(({ violations }) => violations.length > 0);
  for (const { kind, start, call, fault, violations } of failed) {
    console.log(`\nFAILED  ${kind}, ${start}: ${call}: ${fault}\n  ${violations.join('\n  ')}`);
  }
  const passed = every.length - failed.length;
  console.log(
    `\n${every.length} points, ${passed} passed, ${failed.length} failed; in process ${seconds} s, ${killed.length} by SIGKILL`,
  );
  process.exitCode = failed.length > 0 ? 1 : 0;
}
