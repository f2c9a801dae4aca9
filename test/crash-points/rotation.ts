import type { Kind } from '../../shared/domain/chain/chain.ts';
import { callOf } from '../simulation/call.ts';
import { chainOfKind, SCHEDULE, SECRET } from '../simulation/chains.ts';
import { advance, type Delivery, type Deployment, deploy } from '../simulation/deployment.ts';
import { Gate, unchanged } from '../simulation/gate.ts';
import { Leaks } from '../simulation/leaks.ts';
import { SecretWatch } from '../simulation/secret-watch.ts';
import { FOREIGN_PAYLOAD } from '../simulation/stored-credential.ts';
import type { CallContext, Fault } from './faults.ts';

/** `first`: the secret has only a version that a person added. `steady`: the secret has been rotated, and has an old version to destroy. */
export type Start = 'first' | 'steady';
export const STARTS: readonly Start[] = ['first', 'steady'];

const STARTS_AT = new Date('2026-11-22T12:00:00Z');
/** The number of rotations before a `steady` start. */
const ROTATIONS_BEFORE = 3;
/** The current version and the one before it. */
const MOST_LIVE_VERSIONS = 2;

/** What a person has spoiled is healed within this number of ticks after its event. */
const TICKS_UNTIL_HEALED = 2;

/** When `latest` is too old, mint asks for another rotation. It must have happened within this number of ticks. */
const TICKS_UNTIL_NEW_LATEST = 4;
/** The same where a second fault may have hit that request: then the next scheduled rotation replaces `latest`. */
const TICKS_UNTIL_NEXT_ROTATION = 10;

/** The most ticks, one a minute, within which the expected rotations must happen. By then all attempts at a rotation have been made. */
const MOST_TICKS = 90;
/** So many minutes are enough for the first three attempts, and for a rotation that mint asks for. */
const MINUTES_OF_ATTEMPTS = 8;

/** The fault at the call with this index, if any. */
export type FaultAt = (index: number) => Fault | undefined;

export type Run = {
  /** The calls of the tick with the faults, in order. */
  readonly calls: readonly string[];
  readonly violations: readonly string[];
  /** The number of credentials that were sent over the network. */
  readonly credentials: number;
};

/** A deployment with one chain, which the next tick rotates, and the observers of its invariants. */
export async function openRotation(kind: Kind, start: Start, sockets: boolean) {
  const chain = chainOfKind(kind);
  const deployment = await deploy([chain], { now: STARTS_AT, sockets });
  const { local, asAda } = deployment;
  local.state.settings.staleReadSeconds = 3600;
  const data = Buffer.from(FOREIGN_PAYLOAD).toString('base64');
  await asAda('POST', `/v1/${SECRET}:addVersion`, { payload: { data } });
  const watch = new SecretWatch(local.state, chain);
  const leaks = new Leaks(deployment);
  deployment.afterCall.add((request) => watch.check(callOf(request)));
  await watch.check('before');
  if (start === 'steady') {
    await tickUntil(deployment, watch, 0, () => watch.commits.length >= ROTATIONS_BEFORE);
    advance(deployment, SCHEDULE.rotateEverySeconds);
  }
  return { deployment, watch, leaks };
}

/**
 * Ticks every minute. After `minuteByMinute` minutes it skips, after each rotation, the time until the next one is due.
 *
 * @returns whether `isDone` became true within `MOST_TICKS`
 */
async function tickUntil(
  deployment: Deployment,
  { commits }: SecretWatch,
  minuteByMinute: number,
  isDone: () => boolean,
): Promise<boolean> {
  for (let minute = 0; minute < MOST_TICKS; minute++) {
    const before = commits.length;
    await deployment.tick();
    if (isDone()) return true;
    const isQuiet = minute >= minuteByMinute && commits.length > before;
    advance(deployment, isQuiet ? SCHEDULE.rotateEverySeconds : 60);
  }
  return false;
}

/**
 * Runs one tick with faults, from its message to the commit, and then ticks without faults until three more rotations have happened.
 *
 * @param sockets whether the tick with faults uses real HTTP
 */
export async function rotate(
  kind: Kind,
  start: Start,
  faultAt: FaultAt,
  sockets = false,
): Promise<Run> {
  const { deployment, watch, leaks } = await openRotation(kind, start, sockets);
  const calls: string[] = [];
  let faults = 0;
  try {
    deployment.publishTick();
    for (const topic of ['tick', 'mint'] as const) {
      let taken = deployment.take(topic);
      while (taken) {
        await deliver(deployment, topic, taken, watch, (call) => {
          calls.push(call);
          const fault = faultAt(calls.length - 1);
          if (fault) faults++;
          return fault;
        });
        taken = deployment.take(topic);
      }
    }
    const credentials = leaks.credentialCount;
    const afterwards = await rotateAfterwards(
      deployment,
      watch,
      faults > 1 ? TICKS_UNTIL_NEXT_ROTATION : TICKS_UNTIL_NEW_LATEST,
    );
    return {
      calls,
      violations: [
        ...watch.violations,
        ...afterwards,
        ...announcementViolations(deployment, watch),
        ...leaks.violations(),
        ...(watch.liveVersions > MOST_LIVE_VERSIONS
          ? [`I4: ${watch.liveVersions} versions are enabled`]
          : []),
      ],
      credentials,
    };
  } finally {
    await deployment.close();
  }
}

/** Delivers a message to a new instance, and injects the faults into its calls. */
async function deliver(
  deployment: Deployment,
  topic: 'tick' | 'mint',
  delivery: Delivery,
  watch: SecretWatch,
  faultAt: (call: string) => Fault | undefined,
): Promise<void> {
  const gate = new Gate(deployment.send);
  const host = { fetch: gate.fetch, signal: () => gate.deadline.signal };
  const instance = topic === 'tick' ? deployment.newFanout(host) : deployment.newMint(host);
  let repeated: { call: string; fault: Fault } | undefined;
  await gate.start(() => instance.run(delivery));
  for (let waiting = gate.waiting[0]; waiting; waiting = gate.waiting[0]) {
    const call = callOf(waiting.request);
    const chosen = faultAt(call);
    const fault = repeated?.call === call ? repeated.fault : chosen;
    repeated = fault?.repeats ? { call, fault } : undefined;
    const context: CallContext = {
      deployment,
      gate,
      watch,
      delivery,
      topic,
      secret: SECRET,
      call,
    };
    await gate.proceed(fault ? fault.intervene(context) : unchanged);
    if (!gate.isFrozen) continue;
    if (fault?.ends) {
      if (fault.ends === 'nacked') delivery.nack();
      return;
    }
    await fault?.whileFrozen?.(context);
    // The instance was frozen after it had looked at the clock for the last time, so it stores an old credential. mint must then ask for
    // another rotation.
    watch.latestMayBeOld ||= call.endsWith('.addVersion') && fault?.freezesBefore === true;
    await gate.thaw();
  }
  delivery.acknowledge();
}

/** Each message on `hopmint-rotated` names a version that was committed, and no version has two messages. */
export function announcementViolations(deployment: Deployment, watch: SecretWatch): string[] {
  const announced: number[] = [];
  for (let one = deployment.take('rotated'); one; one = deployment.take('rotated')) {
    announced.push(JSON.parse(Buffer.from(one.data, 'base64').toString()).version);
    one.acknowledge();
  }
  const wrong = announced.filter((version) => !watch.commits.includes(version));
  const twice = announced.filter((version, i) => announced.indexOf(version) !== i);
  return [
    ...(announced.length === 0 ? ['no rotation was announced'] : []),
    ...wrong.map((version) => `version ${version} was announced, and not committed`),
    ...twice.map((version) => `version ${version} was announced twice`),
  ];
}

/**
 * Ticks until three more rotations are committed. By then the effects of the faults must be gone.
 *
 * @param ticksUntilNewLatest the number of ticks within which an old `latest` must be replaced
 * @returns the violations
 */
export async function rotateAfterwards(
  deployment: Deployment,
  watch: SecretWatch,
  ticksUntilNewLatest = TICKS_UNTIL_NEW_LATEST,
): Promise<string[]> {
  deployment.restart();
  const before = watch.commits.length;
  const violations: string[] = [];
  let ticks = 0;
  const wasBroken = watch.isBroken;
  if (wasBroken) await deployment.changed(['export']);
  const isDone = await tickUntil(deployment, watch, MINUTES_OF_ATTEMPTS, () => {
    if (ticks === TICKS_UNTIL_HEALED && wasBroken && watch.isBroken) {
      violations.push(`I7: not healed ${TICKS_UNTIL_HEALED} ticks after the event`);
    }
    if (++ticks === ticksUntilNewLatest && watch.latestMayBeOld) {
      violations.push('I1: latest is still old');
    }
    return watch.commits.length >= before + 3;
  });
  if (!isDone) violations.push(`only ${watch.commits.length - before} rotations followed`);
  return violations;
}
