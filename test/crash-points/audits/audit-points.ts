import type { Auditor } from '../../../functions/audit/auditor.ts';
import { changeOf } from '../../functions/audit/alerts/changing-world.ts';
import { type AuditedWorld, openAuditedWorld } from '../../simulation/audits/audited-world.ts';
import type { Message, TrueFinding } from '../../simulation/audits/subscriber.ts';
import { wrongBeliefs } from '../../simulation/audits/subscriber.ts';
import { callOf } from '../../simulation/call.ts';
import type { Point } from '../points.ts';
import { EDITS, FILE, setWorld, WORLD } from './changed-world.ts';

const STARTS_AT = new Date('2026-11-22T12:00:00Z');
const MINUTE_MS = 60_000;
const NAMES = EDITS.flatMap(({ resource }) => changeOf(resource));

/** `audit`: reads everything again. `re-audit`: hears of the changes, and reads them again. */
export const AUDITS = ['audit', 're-audit'] as const;
/** The world between the crash and the recovery. */
export const MEANWHILE = ['unchanged', 'reversed', 'reversed twice'] as const;
/** Which instance audits after the crash. The other one is as old as the one that crashed, and remembers the world before the edits. */
export const RECOVERIES = ['a new instance', 'another instance'] as const;
/** Where an instance stops, and whether it goes on after another one has recovered. */
export const STOPS = [
  { name: 'the process killed, before the call', when: 'before', thaws: false },
  { name: 'the process killed, after the call', when: 'after', thaws: false },
  { name: 'frozen, before the call', when: 'before', thaws: true },
  { name: 'frozen, after the call', when: 'after', thaws: true },
] as const;

export type AuditCrash = {
  readonly audit: (typeof AUDITS)[number];
  readonly meanwhile: (typeof MEANWHILE)[number];
  readonly recovery: (typeof RECOVERIES)[number];
  readonly stop: (typeof STOPS)[number];
  /** The index of the call. Undefined: none. */
  readonly at: number | undefined;
};

export type AuditRun = {
  readonly calls: readonly string[];
  readonly violations: readonly string[];
};

/** The findings of the two states of the world do not depend on the time, so each is audited once. */
type Truths = Readonly<Record<'before' | 'after', ReadonlyMap<string, TrueFinding>>>;

/** An audit of a changed world that stops at one call, what happens meanwhile, and the audits after it. */
export async function crashAudit(crash: AuditCrash, truths: Truths): Promise<AuditRun> {
  const world = await openAuditedWorld(WORLD, FILE, STARTS_AT);
  try {
    return await run(world, crash, truths);
  } finally {
    await world.close();
  }
}

async function run(
  world: AuditedWorld,
  { audit, meanwhile, recovery, stop, at }: AuditCrash,
  truths: Truths,
): Promise<AuditRun> {
  const { local, clock, subscriber } = world;
  const violations: string[] = [];
  const history: { from: string; truth: ReadonlyMap<string, TrueFinding> }[] = [];
  const turn = (isAfter: boolean) => {
    setWorld(local, isAfter);
    history.push({ from: clock.now.toISOString(), truth: truths[isAfter ? 'after' : 'before'] });
  };
  const pass = (minutes: number) => {
    clock.now = new Date(clock.now.getTime() + minutes * MINUTE_MS);
  };
  /** A finding was false at some time between the report and its delivery. */
  const mayClose = ({ reportAt, fingerprint }: Message) =>
    history.some(
      ({ truth }, i) => (history[i + 1]?.from ?? '9') >= reportAt && !truth.has(fingerprint),
    );
  const listen = () => {
    for (const message of subscriber.take()) {
      if (message.event === 'closed' && !mayClose(message)) {
        violations.push(`closed, and never ended: ${message.summary}`);
      }
      if (!world.logged.has(message.fingerprint)) {
        violations.push(`sent, and not logged: ${message.summary}`);
      }
    }
  };

  const stopped = Promise.withResolvers<void>();
  const thawed = Promise.withResolvers<void>();
  let isStopped = false;
  let isRecording = false;
  const calls: string[] = [];
  const stopHere = () => {
    isStopped = true;
    stopped.resolve();
  };
  const waitIfStopped = async () => {
    if (isStopped) await thawed.promise;
  };
  const crashing = world.newInstance({
    wait: waitIfStopped,
    options: { pause: waitIfStopped, wait: waitIfStopped },
    async fetch(request, send) {
      await waitIfStopped();
      const isHere = isRecording && calls.length === at;
      if (isRecording) calls.push(callOf(request));
      if (isHere && stop.when === 'before') stopHere();
      await waitIfStopped();
      const response = await send();
      if (isHere && stop.when === 'after') stopHere();
      await waitIfStopped();
      return response;
    },
  });
  const other = world.newInstance();

  turn(false);
  await crashing.renew();
  pass(1);
  if (recovery === 'another instance') await other.renew();
  listen();
  pass(1);
  turn(true);
  pass(1);
  const act = (instance: Auditor) =>
    audit === 'audit' ? instance.renew() : instance.changed(NAMES);
  isRecording = true;
  const acting = act(crashing);
  await Promise.race([acting, stopped.promise]);
  isRecording = false;
  listen();
  pass(0.5);
  if (meanwhile !== 'unchanged') turn(false);
  if (meanwhile === 'reversed twice') {
    pass(0.1);
    turn(true);
  }
  pass(0.5);
  const recovering = recovery === 'a new instance' ? world.newInstance() : other;
  // Pub/Sub delivers the changes again, or the next job comes.
  await act(recovering);
  listen();
  if (stop.thaws) {
    isStopped = false;
    thawed.resolve();
    await acting;
    listen();
  }
  for (let more = 0; more < 3 && (more === 0 || world.stored().pending.length > 0); more++) {
    pass(3);
    await recovering.renew();
    // An instance that goes on gets ticks again.
    if (stop.thaws) await crashing.observe();
    listen();
  }
  const truth = truths[meanwhile === 'reversed' ? 'before' : 'after'];
  violations.push(...wrongBeliefs(subscriber, truth));
  const { open, pending } = world.stored();
  const storedOpen = open.map(({ fingerprint }) => fingerprint).sort();
  if (storedOpen.join() !== [...truth.keys()].sort().join()) {
    violations.push('the stored findings are not those that are true');
  }
  if (pending.length > 0) violations.push('alerts are pending after the recovery');
  return { calls, violations };
}

/** Calls that change nothing. Whether a process dies before one of them or after it makes no difference to the cloud. */
const isRead = (call: string): boolean => !/insert|publish|delete/.test(call);

type Stop = Pick<AuditCrash, 'stop' | 'recovery'> & { readonly call: string };
/** A frozen instance goes on, so it matters which instance audits meanwhile. One that was killed at a read has left nothing. */
const isRepetition = ({ stop, recovery, call }: Stop): boolean =>
  isRead(call) && (stop.when === 'after' || stop.thaws !== (recovery === 'another instance'));

/** Stops an audit at every call. */
export async function* auditPoints(
  audit: AuditCrash['audit'],
  meanwhile: AuditCrash['meanwhile'],
  isWanted: (stop: Stop) => boolean = () => true,
): AsyncGenerator<Point> {
  const truths = await truthsOf();
  const of = { kind: audit, start: meanwhile } as const;
  const [recovery, stop] = [RECOVERIES[0], STOPS[0]];
  const undisturbed = await crashAudit({ audit, meanwhile, recovery, stop, at: undefined }, truths);
  yield { ...of, call: `${audit}: none`, fault: 'none', violations: undisturbed.violations };
  for (const [at, call] of undisturbed.calls.entries()) {
    for (const stop of STOPS) {
      for (const recovery of RECOVERIES) {
        const here = { stop, recovery, call };
        if (isRepetition(here) || !isWanted(here)) continue;
        const { violations } = await crashAudit({ audit, meanwhile, recovery, stop, at }, truths);
        const fault = `${stop.name}; the world ${meanwhile}; then ${recovery} audits`;
        yield { ...of, call: `${audit}: ${call}`, fault, violations };
      }
    }
  }
}

/** What is true in each state of the world. */
export async function truthsOf(): Promise<Truths> {
  const world = await openAuditedWorld(WORLD, FILE, STARTS_AT);
  try {
    setWorld(world.local, false);
    await world.newInstance().renew();
    const before = await world.truth();
    setWorld(world.local, true);
    return { before, after: await world.truth() };
  } finally {
    await world.close();
  }
}
