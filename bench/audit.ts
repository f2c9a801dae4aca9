import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localClient } from '../cli/commands/start/local-client.ts';
import { type Bench, type Figure, figureOf, sideBySide } from './figures/figure.ts';
import type { Job, JobResult } from './measured/auditor.ts';
import { type MeasuredProcess, startProcess } from './processes/process.ts';
import { temporary } from './processes/temporary.ts';
import { AUDITOR, auditedWorld } from './worlds/audited-world.ts';
import { startCloud } from './worlds/cloud.ts';

/** A round repeats a small audit so often that the round takes about a second. */
const SIZES = [
  { accounts: 10, rounds: 9, times: 50 },
  { accounts: 1_000, rounds: 9, times: 1 },
  { accounts: 10_000, rounds: 3, times: 1 },
] as const;
/** Each round runs in another instance of the function, in turn. */
const INSTANCES = 3;

const MEMORY_MB = 1024;
/** The limits that Node sets by itself in a container of 1 GiB. With the whole memory of a machine Node collects garbage later. */
const AS_IN_1_GIB = { NODE_OPTIONS: '--max-old-space-size=512 --max-semi-space-size=4' };

async function* measure({
  accounts,
  rounds,
  times,
}: (typeof SIZES)[number]): AsyncIterable<Figure> {
  const path = join(temporary(), 'chains.jsonl');
  await writeFile(path, auditedWorld(accounts).published);
  await using cloud = await startCloud('./audited-process.ts', [String(accounts)]);
  const { url } = cloud;
  const env = {
    ...AS_IN_1_GIB,
    GCE_METADATA_HOST: await localClient(url).metadata(AUDITOR),
    METADATA_SERVER_DETECTION: 'assume-present',
  };
  await using auditors = new AsyncDisposableStack();
  const instances: MeasuredProcess[] = [];
  const firstAudits: JobResult[] = [];
  for (let n = 0; n < INSTANCES; n++) {
    const auditor = auditors.use(
      await startProcess(['build/bench/measured/auditor.js', url, path], env),
    );
    const first = await auditor.ask<JobResult>({ do: 'audit', times: 1 });
    if (first.unread > 0) throw new Error(`the audit did not read ${first.unread} resources`);
    instances.push(auditor);
    firstAudits.push(first);
  }
  const nextInstanceDoes = (job: Job) => {
    let round = 0;
    return () => (instances[round++ % INSTANCES] as MeasuredProcess).ask<JobResult>(job);
  };
  const auditsAndReads = await sideBySide(
    rounds,
    nextInstanceDoes({ do: 'audit', times }),
    nextInstanceDoes({ do: 'read', times }),
  );
  const pages: JobResult[] = [];
  for (const each of instances) pages.push(await each.ask<JobResult>({ do: 'page', times: 1 }));
  const of = `audit of ${accounts} accounts`;
  yield figureOf({
    name: `${of}: reads`,
    unit: 'reads',
    against: 'distinct resources',
    pairs: firstAudits.map(({ reads, distinctReads }) => [reads, distinctReads]),
    budget: 1,
    exactly: true,
  });
  for (const [what, key] of [
    ['time', 'tookMs'],
    ['CPU', 'cpuMs'],
  ] as const) {
    yield figureOf({
      name: `${of}: ${what}`,
      unit: 'ms',
      against: 'only the same reads, with the same concurrency',
      pairs: auditsAndReads.map(([ours, bare]) => [ours[key], bare[key]]),
      budget: 1.3,
    });
  }
  yield figureOf({
    name: `${of}: peak memory, with its page`,
    unit: 'MB',
    against: "the function's memory",
    pairs: pages.map(({ peakMb }) => [peakMb, MEMORY_MB]),
    budget: 0.6,
  });
  yield figureOf({
    name: `${of}: size of its page`,
    unit: 'KB for each account',
    against: 'MB in total',
    pairs: pages.map(({ pageLength }) => [pageLength / 1024 / accounts, pageLength / 1024 ** 2]),
  });
}

/** An audit reads and checks the policies of all accounts and of the resources above them. The chains share their hops. */
export const bench: Bench = {
  name: 'audit',
  async *run() {
    for (const size of SIZES) yield* measure(size);
  },
};
