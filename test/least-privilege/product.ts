import { auditorOf } from '../../functions/audit/auditor.ts';
import { fanout } from '../../functions/fanout/fanout.ts';
import { mint } from '../../functions/mint/rotate.ts';
import type { Report } from '../../shared/domain/audit/report.ts';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';
import { parseChainFiles } from '../../shared/domain/chain-file/parse.ts';
import { parseFailure } from '../../shared/domain/rotation/messages.ts';
import { EMPTY_MEMORY, type Memory } from '../../shared/domain/rotation/tick-plan.ts';
import { intentReader, sourceOf } from '../../shared/google/intent.ts';
import { diagnose } from '../../shared/operations/diagnose.ts';
import { status } from '../../shared/operations/status.ts';
import { type Installed, install } from './installed.ts';
import { ACCOUNTS, BUCKETS, OLD_REPORT } from './world.ts';

const MINUTE_MS = 60_000;
/** Frozen after the first call that a function has answered, as Cloud Run may freeze it; and Google is busy when it wakes. */
const FROZEN_MINUTES = 50;

const never = new AbortController().signal;
const topic = (name: string) => `projects/acme-ops/topics/hopmint-${name}`;
const placeOf = (name: string) => ({ bucket: BUCKETS.state, name });

/**
 * The whole product, for two hours: ticks, rotations of every kind until old versions are destroyed, one that fails, one that is frozen
 * and asks for another; then audits, what they tell and keep, a diagnosis, the status.
 *
 * @returns what was not as it should be, with the function that found it; nothing when all was well
 */
export async function runProduct(seed: object): Promise<string[]> {
  const installed = await install(seed);
  const trouble: string[] = [];
  const attempt = async (who: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      trouble.push(`${who}: ${error instanceof Error ? error.message : error}`);
    }
  };
  try {
    await attempt('rotations', () => rotations(installed, trouble));
    await attempt('audits', () => audits(installed, trouble));
  } finally {
    await installed.close();
  }
  return trouble;
}

const wrong = (who: string, { reason, permission }: { reason: string; permission?: string }) =>
  `${who}: ${reason}${permission === undefined ? '' : `, without ${permission}`}`;

/** The chain file by its address in Cloud Storage, as each function reads it for itself. */
function chainFileOf(installed: Installed, account: string): ReadIntent {
  const { cloud, hosts } = installed.as(account);
  return intentReader(
    sourceOf(`gs://${BUCKETS.chains}/chains.yaml`, cloud.http, hosts),
    async (text) => {
      const { file, faults } = parseChainFiles(
        [{ path: 'chains.yaml', text }],
        installed.clock.now,
      );
      if (!file) throw new Error(JSON.stringify(faults));
      return file;
    },
    (error) => {
      throw error;
    },
    () => installed.clock.now,
  );
}

async function rotations(installed: Installed, trouble: string[]): Promise<void> {
  const { clock, state } = installed;
  const now = () => clock.now;
  const fanoutCloud = installed.as(ACCOUNTS.fanout).cloud;
  const mintCloud = installed.as(ACCOUNTS.mint).cloud;
  const readByFanout = chainFileOf(installed, ACCOUNTS.fanout);
  const readByMint = chainFileOf(installed, ACCOUNTS.mint);
  const failedAt = new Map<string, Date>();
  let memory: Memory = EMPTY_MEMORY;

  const runFanout = async (data: string, id: string) => {
    const intent = await readByFanout();
    const tick = { id, publishedAt: clock.now };
    const mintTopic = topic('mint');
    const asked = { cloud: fanoutCloud, intent, mintTopic, memory, now: clock.now, signal: never };
    const fanned = await fanout(data, tick, asked);
    if (!fanned.ok) {
      trouble.push(wrong('fanout', fanned.error));
      return;
    }
    memory = fanned.value.memory;
    trouble.push(...fanned.value.unlisted.map((failure) => wrong('fanout', failure)));
  };
  const runMint = (data: string) =>
    mint(data, {
      cloud: mintCloud,
      readIntent: readByMint,
      failedAt,
      failedTopic: topic('failed'),
      tickTopic: topic('tick'),
      now,
      signal: never,
      reportDeadline: () => never,
    });
  const beat = async () => {
    for (const { data, id } of installed.take('tick')) await runFanout(data, id);
    for (const { data } of installed.take('mint')) {
      const minted = await runMint(data);
      if (minted.ok) continue;
      const { chain, reason, unpublished } = minted.error;
      if (chain !== 'broken' || reason !== 'mint-denied') {
        trouble.push(wrong(`mint of ${chain}`, minted.error));
      }
      if (unpublished) trouble.push(wrong('mint, publishing a failure', unpublished));
    }
  };

  for (let rotation = 1; rotation <= 4; rotation++) {
    installed.tick();
    await beat();
    clock.now = new Date(clock.now.getTime() + 30 * MINUTE_MS);
  }
  for (const [name, { versions }] of state.secrets) {
    if (name.endsWith('/broken')) continue;
    const states = versions.map((version) => version.state).join();
    if (states !== 'DESTROYED,ENABLED,ENABLED,ENABLED') {
      trouble.push(`versions of ${name}: ${states || 'none'}`);
    }
  }

  installed.tick();
  for (const { data, id } of installed.take('tick')) await runFanout(data, id);
  const request = installed.take('mint').find(({ data }) => chainIn(data) === 'export');
  if (!request) throw new Error('no request to mint export');
  const thaw = installed.freeze(FROZEN_MINUTES * MINUTE_MS);
  const minted = await runMint(request.data);
  thaw();
  if (minted.ok) throw new Error('a mint that was frozen committed');
  const asked = installed.take('tick');
  if (asked.length === 0) trouble.push('mint, which asks for another: nothing on hopmint-tick');
  for (const { data, id } of asked) await runFanout(data, id);
  await beat();
}

async function audits(installed: Installed, trouble: string[]): Promise<void> {
  const { clock, state } = installed;
  const now = () => clock.now;
  const { cloud } = installed.as(ACCOUNTS.audit);
  const readIntent = chainFileOf(installed, ACCOUNTS.audit);
  const intent = await readIntent();
  let made = 0;
  const reports: Report[] = [];
  const auditor = () =>
    auditorOf({
      cloud,
      readIntent,
      state: placeOf('audit/state.json'),
      driftTopic: topic('drift'),
      log: {
        audited: (report) => reports.push(report),
        alert: () => {},
        untold: (failure) => trouble.push(wrong('audit, which tells and keeps', failure)),
      },
      now,
      newId: () => `audit-${++made}`,
      signal: () => never,
      wait: async () => {},
    });
  const judge = ({ coverage, chains }: Report) => {
    for (const { resource, reason } of coverage.unread) {
      trouble.push(`audit of ${resource}: ${reason}`);
    }
    for (const { name, hops } of chains) {
      const states = hops.map((hop) => hop.state);
      const should = name === 'broken' ? 'missing' : 'ok';
      if (states.some((is) => is !== should)) trouble.push(`audit of ${name}: ${states}`);
    }
  };

  const first = auditor();
  judge((await first.renew()).value);
  if (installed.take('drift').length === 0) trouble.push('audit: nothing on hopmint-drift');
  if (state.objects.has(`${BUCKETS.state}/${OLD_REPORT}`)) trouble.push('audit: an old report');

  // A policy is changed, and an auditor that has just been started is asked for the last report.
  clock.now = new Date(clock.now.getTime() + MINUTE_MS);
  await first.changed([`accounts/${ACCOUNTS.mint}`]);
  judge(reports.at(-1) as Report);
  if (installed.take('drift').length > 0) trouble.push('audit: told what it had told before');
  clock.now = new Date(clock.now.getTime() + MINUTE_MS);
  const kept = await auditor().last();
  if (kept.madeAt.getTime() === clock.now.getTime()) trouble.push('audit: no report was kept');

  const failures = installed.take('failed').flatMap(({ data }) => {
    const failure = parseFailure(data);
    return failure.ok && failure.value.chain === 'broken' ? [failure.value] : [];
  });
  if (failures.length === 0) trouble.push('mint: nothing on hopmint-failed');
  const options = { policies: cloud.policies, now, signal: never };
  for (const found of await diagnose(failures.slice(0, 1), intent, options)) {
    const { cause, unread = [] } = found?.diagnosis ?? {};
    if (cause !== 'hop' || unread.length > 0) {
      trouble.push(`diagnosis: ${cause}, ${unread.length} unread`);
    }
  }

  const { file, version } = intent;
  const told = await status(file, version, cloud.secrets, now, never);
  for (const { resource, reason } of told.unread) trouble.push(`status of ${resource}: ${reason}`);
}

const chainIn = (data: string): unknown => JSON.parse(Buffer.from(data, 'base64').toString()).chain;
