import { auditorOf } from '../../functions/audit/auditor.ts';
import { fanout } from '../../functions/fanout/fanout.ts';
import { heal } from '../../functions/fanout/heal.ts';
import { mint } from '../../functions/mint/rotate.ts';
import { oneAtATime } from '../../functions/runtime/one-at-a-time.ts';
import { publishedFileReader } from '../../functions/runtime/published-file.ts';
import type { Report } from '../../shared/domain/audit/report.ts';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';
import { parseFailure } from '../../shared/domain/rotation/messages.ts';
import { EMPTY_MEMORY, type Memory } from '../../shared/domain/rotation/tick/tick-memory.ts';
import { requestOf } from '../../shared/google/wire/requests.ts';
import { diagnose } from '../../shared/operations/diagnose.ts';
import { status } from '../../shared/operations/status.ts';
import { type Deployment, deploy } from './deployment.ts';
import { ACCOUNTS, BUCKETS, OLD_REPORT } from './world.ts';

const MINUTE_MS = 60_000;
/** How long Cloud Run freezes an instance of `mint` while it adds a version. */
const FROZEN_MINUTES = 50;

const never = new AbortController().signal;
const topic = (name: string) => `projects/acme-ops/topics/hopmint-${name}`;

/** `rotations`: without audits. `audits`: after one rotation of each chain. */
export type Part = 'all' | 'rotations' | 'audits';
const ROTATIONS: Readonly<Record<Part, number>> = { all: 4, rotations: 4, audits: 1 };

/**
 * Runs the whole product for two hours: ticks; rotations of every kind until old versions are destroyed; a rotation that fails; one that is
 * frozen and asks for another; audits with their alerts and stored reports; a diagnosis; the status.
 *
 * @param part runs less of it, with the same calls
 * @returns every failure, with the function that failed
 */
export async function runProduct(seed: object, part: Part = 'all'): Promise<string[]> {
  const deployment = await deploy(seed);
  const failures: string[] = [];
  const attempt = async (part: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      failures.push(`${part}: ${error instanceof Error ? error.message : error}`);
    }
  };
  try {
    await attempt('rotations', () => rotate(deployment, failures, ROTATIONS[part]));
    if (part !== 'rotations') await attempt('audits', () => audit(deployment, failures));
    failures.push(...unlistedRequests(deployment));
  } finally {
    await deployment.close();
  }
  return failures;
}

/** The requests that are not in the table of requests. */
const unlistedRequests = ({ state }: Deployment): string[] => [
  ...new Set(
    state.requests.flatMap(({ method, path }) =>
      requestOf(method, `https://host.googleapis.com${path}`)
        ? []
        : [`unlisted: ${method} ${path}`],
    ),
  ),
];

const textOf = (part: string, { reason, permission }: { reason: string; permission?: string }) =>
  `${part}: ${reason}${permission === undefined ? '' : `, without ${permission}`}`;

/** Reads the chain file as a new instance of a function does if the newest generation is refused. */
function chainFileOf(deployment: Deployment, account: string): ReadIntent {
  const { cloud } = deployment.as(account);
  return publishedFileReader({
    objects: cloud.objects,
    at: { bucket: BUCKETS.chains, name: 'chains.jsonl' },
    onRefused: (detail) => {
      if (!detail.includes('the digest')) throw new Error(detail);
    },
    onFallback: () => undefined,
    now: () => deployment.clock.now,
  });
}

/** @param rotations of each chain. After four of them, mint has destroyed old versions, and the check of a changed secret and a frozen mint follow. */
async function rotate(
  deployment: Deployment,
  failures: string[],
  rotations: number,
): Promise<void> {
  const { clock, state } = deployment;
  const now = () => clock.now;
  const fanoutCloud = deployment.as(ACCOUNTS.fanout).cloud;
  const mintCloud = deployment.as(ACCOUNTS.mint).cloud;
  const readByFanout = chainFileOf(deployment, ACCOUNTS.fanout);
  const readByMint = chainFileOf(deployment, ACCOUNTS.mint);
  const failedAt = new Map<string, Date>();
  let memory: Memory = EMPTY_MEMORY;

  const runFanout = async (data: string, id: string) => {
    const tick = { id, publishedAt: clock.now };
    const mintTopic = topic('mint');
    const now = clock.now;
    const readIntent = readByFanout;
    const wait = async () => undefined;
    const context = { cloud: fanoutCloud, readIntent, mintTopic, memory, now, wait, signal: never };
    const fanned = await fanout(data, tick, context);
    if (!fanned.ok) {
      failures.push(textOf('fanout', fanned.error));
      return;
    }
    memory = fanned.value.memory;
    failures.push(...fanned.value.unlisted.map((failure) => textOf('fanout', failure)));
  };
  const runMint = (data: string) =>
    mint(data, {
      cloud: mintCloud,
      readIntent: readByMint,
      failedAt,
      oneAtATime: oneAtATime(),
      failedTopic: topic('failed'),
      tickTopic: topic('tick'),
      rotatedTopic: topic('rotated'),
      now,
      signal: never,
      reportDeadline: () => never,
    });
  const deliver = async () => {
    for (const { data, id } of deployment.take('tick')) await runFanout(data, id);
    for (const { data } of deployment.take('mint')) {
      const minted = await runMint(data);
      if (minted.ok) {
        const { unannounced } = minted.value;
        if (unannounced) failures.push(textOf('mint, announcing a rotation', unannounced));
        continue;
      }
      const { chain, reason, unpublished } = minted.error;
      if (chain !== 'broken' || reason !== 'mint-denied') {
        failures.push(textOf(`mint of ${chain}`, minted.error));
      }
      if (unpublished) failures.push(textOf('mint, publishing a failure', unpublished));
    }
  };

  for (let rotation = 1; rotation <= rotations; rotation++) {
    deployment.tick();
    await deliver();
    clock.now = new Date(clock.now.getTime() + 30 * MINUTE_MS);
  }
  if (rotations < 4) return;
  const checked = await heal(['export'], 'changed', {
    cloud: fanoutCloud,
    intent: await readByFanout(),
    mintTopic: topic('mint'),
    memory,
    now,
    signal: never,
  });
  for (const failure of checked.ok ? checked.value.unread : [checked.error]) {
    failures.push(textOf('fanout, checking a changed secret', failure));
  }
  for (const [name, { versions }] of state.secrets) {
    if (name.endsWith('/broken')) continue;
    const states = versions.map((version) => version.state).join();
    if (states !== 'DESTROYED,DESTROYED,ENABLED,ENABLED') {
      failures.push(`versions of ${name}: ${states || 'none'}`);
    }
  }

  deployment.tick();
  for (const { data, id } of deployment.take('tick')) await runFanout(data, id);
  const request = deployment.take('mint').find(({ data }) => chainIn(data) === 'export');
  if (!request) throw new Error('no request to mint export');
  const thaw = deployment.freeze(FROZEN_MINUTES * MINUTE_MS);
  const minted = await runMint(request.data);
  thaw();
  if (minted.ok) throw new Error('a mint that was frozen committed');
  const ticks = deployment.take('tick');
  if (ticks.length === 0) failures.push('mint, asking for another rotation: no message');
  for (const { data, id } of ticks) await runFanout(data, id);
  await deliver();
}

async function audit(deployment: Deployment, failures: string[]): Promise<void> {
  const { clock, state } = deployment;
  const now = () => clock.now;
  const { cloud } = deployment.as(ACCOUNTS.audit);
  const readIntent = chainFileOf(deployment, ACCOUNTS.audit);
  const intent = await readIntent();
  let alerts = 0;
  const reports: Report[] = [];
  const auditor = () =>
    auditorOf({
      cloud,
      readIntent,
      chains: { bucket: BUCKETS.chains, name: 'chains.jsonl' },
      state: { bucket: BUCKETS.state, name: 'audit/state.json' },
      driftTopic: topic('drift'),
      tickTopic: topic('tick'),
      log: {
        audited: (report) => reports.push(report),
        alert: () => {},
        broken: () => {},
        ahead: () => {},
        notSent: (failure) => failures.push(textOf('audit, publishing and storing', failure)),
        healing: () => {},
        notStored() {},
        notHealed: (failure) => failures.push(textOf('audit, asking for a rotation', failure)),
      },
      now,
      newId: () => `audit-${++alerts}`,
      signal: () => never,
      delivering: () => AbortSignal.timeout(20_000),
      pause: async () => {},
      observing: () => never,
      round: () => never,
      wait: async () => {},
      settle: async () => {},
    });
  const check = ({ coverage, chains }: Pick<Report, 'coverage' | 'chains'>) => {
    const boundaries = coverage.notCovered.filter(({ resource }) => /boundaries/.test(resource));
    for (const { resource, reason } of [...coverage.unread, ...boundaries]) {
      failures.push(`audit of ${resource}: ${reason}`);
    }
    for (const { name, hops } of chains) {
      const states = hops.map((hop) => hop.state);
      const expected = name === 'broken' ? 'missing' : 'ok';
      if (states.some((state) => state !== expected)) failures.push(`audit of ${name}: ${states}`);
    }
  };

  const first = auditor();
  check((await first.renew()).value);
  if (deployment.take('drift').length === 0) failures.push('audit: no message on hopmint-drift');
  if (state.objects.has(`${BUCKETS.state}/${OLD_REPORT}`)) failures.push('audit: an old report');

  clock.now = new Date(clock.now.getTime() + MINUTE_MS);
  const newest = state.secrets.get('projects/acme-ops/secrets/export')?.versions.at(-1);
  if (!newest) throw new Error('no version of export');
  Object.assign(newest, { state: 'DISABLED' });
  await first.changed(['secrets/export']);
  if (deployment.take('tick').length === 0) failures.push('audit: no message on hopmint-tick');
  Object.assign(newest, { state: 'ENABLED' });
  await first.changed(['secrets/export']);
  deployment.take('drift');
  await first.changed([`accounts/${ACCOUNTS.mint}`]);
  check(reports.at(-1) as Report);
  if (deployment.take('drift').length > 0) failures.push('audit: the same message twice');

  // A new instance has no report in memory: it must read the stored one, or audit again.
  clock.now = new Date(clock.now.getTime() + MINUTE_MS);
  const last = await auditor().last();
  if (last.madeAt.getTime() === clock.now.getTime()) failures.push('audit: no stored report');

  const broken = deployment.take('failed').flatMap(({ data }) => {
    const failure = parseFailure(data);
    return failure.ok && failure.value.chain === 'broken' ? [failure.value] : [];
  });
  if (broken.length === 0) failures.push('mint: no message on hopmint-failed');
  const options = { policies: cloud.policies, now, signal: never };
  for (const found of await diagnose(broken.slice(0, 1), intent, options)) {
    const { cause, unread = [] } = found?.diagnosis ?? {};
    if (cause !== 'hop' || unread.length > 0) {
      failures.push(`diagnosis: ${cause}, ${unread.length} unread`);
    }
  }

  const { file, version } = intent;
  const { unread } = await status(file, version, cloud.secrets, last.value, now, never);
  for (const { resource, reason } of unread) failures.push(`status of ${resource}: ${reason}`);
}

const chainIn = (data: string): unknown => JSON.parse(Buffer.from(data, 'base64').toString()).chain;
