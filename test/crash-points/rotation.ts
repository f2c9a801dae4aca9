import type { Kind } from '../../shared/domain/chain/chain.ts';
import { callOf } from '../simulation/call.ts';
import { chainOfKind, SCHEDULE, SECRET } from '../simulation/chains.ts';
import { advance, type Delivery, type Deployment, deploy } from '../simulation/deployment.ts';
import { Gate, plainly } from '../simulation/gate.ts';
import { Leaks } from '../simulation/leaks.ts';
import { Watch } from '../simulation/secret-watch.ts';

import { THEIRS } from '../simulation/stored-credential.ts';
import type { Fault, Scene } from './faults.ts';

/** `first`: a secret that only people have stored in; `steady`: one that rotates, with something old to destroy. */
export type Start = 'first' | 'steady';

export const STARTS: readonly Start[] = ['first', 'steady'];

const STARTS_AT = new Date('2026-11-22T12:00:00Z');

const SETTLED_AFTER = 3;

/** The current version, the one before, and the one that the next rotation destroys. */
const KEPT = 3;

/** Ticks until an old `latest` is replaced, as asked for; and where the asking was struck too. */
const SOON = 4;

const BY_THE_NEXT_ROTATION = 10;

/** A rotation may come this long after it is due: its attempts are spent by then. */
const AT_MOST_MINUTES = 90;

/** The first three attempts, and what was to be mended. */
const MINUTES_OF_TROUBLE = 8;

/** Decides what happens to the call that is held; nothing, mostly. */
export type Strike = (call: string, index: number) => Fault | undefined;

export type Run = {
  /** The calls of the tick that was struck, in order: its boundaries. */
  readonly calls: readonly string[];
  readonly violations: readonly string[];
  readonly credentials: number;
};

/** A deployment whose next tick rotates its one chain, and what watches it. */
export async function openRotation(kind: Kind, start: Start, sockets: boolean) {
  const chain = chainOfKind(kind);
  const deployment = await deploy([chain], { now: STARTS_AT, sockets });
  const { local, ada } = deployment;
  local.state.settings.staleReadSeconds = 3600;
  const data = Buffer.from(THEIRS).toString('base64');
  await ada('POST', `/v1/${SECRET}:addVersion`, { payload: { data } });
  const watch = new Watch(local.state, chain);
  const leaks = new Leaks(deployment);
  deployment.answered.add((request) => watch.look(callOf(request)));
  await watch.look('before');
  if (start === 'steady') {
    await tickUntil(deployment, watch, 0, () => watch.commits.length >= SETTLED_AFTER);
    advance(deployment, SCHEDULE.rotateEverySeconds);
  }
  return { deployment, watch, leaks };
}

/**
 * Ticks, minute by minute; once there was time for trouble to show, straight to the next rotation after each.
 *
 * @returns false when that was not enough
 */
async function tickUntil(
  deployment: Deployment,
  { commits }: Watch,
  minuteByMinute: number,
  isDone: () => boolean,
): Promise<boolean> {
  for (let minute = 0; minute < AT_MOST_MINUTES; minute++) {
    const before = commits.length;
    await deployment.tick();
    if (isDone()) return true;
    const isQuiet = minute >= minuteByMinute && commits.length > before;
    advance(deployment, isQuiet ? SCHEDULE.rotateEverySeconds : 60);
  }
  return false;
}

/**
 * One tick under `strike`, from the scheduler's beat to the commit, and then ticks without trouble until all has healed.
 *
 * @param sockets the tick that is struck goes over real HTTP
 */
export async function rotate(
  kind: Kind,
  start: Start,
  strike: Strike,
  sockets = false,
): Promise<Run> {
  const { deployment, watch, leaks } = await openRotation(kind, start, sockets);
  const calls: string[] = [];
  let struck = 0;
  try {
    deployment.beat();
    for (const topic of ['tick', 'mint'] as const) {
      let taken = deployment.take(topic);
      while (taken) {
        await carry(deployment, topic, taken, watch, (call) => {
          calls.push(call);
          const fault = strike(call, calls.length - 1);
          if (fault) struck++;
          return fault;
        });
        taken = deployment.take(topic);
      }
    }
    const credentials = leaks.count;
    const healed = await heal(deployment, watch, struck > 1 ? BY_THE_NEXT_ROTATION : SOON);
    return {
      calls,
      violations: [
        ...watch.violations,
        ...healed,
        ...leaks.found(),
        ...(watch.aliveOfOurs > KEPT ? [`I4: ${watch.aliveOfOurs} versions have piled up`] : []),
      ],
      credentials,
    };
  } finally {
    await deployment.close();
  }
}

/** Delivers a message to a new instance, held before every call. */
async function carry(
  deployment: Deployment,
  topic: 'tick' | 'mint',
  delivery: Delivery,
  watch: Watch,
  strike: (call: string) => Fault | undefined,
): Promise<void> {
  const gate = new Gate(deployment.send);
  const host = { fetch: gate.fetch, signal: () => gate.deadline.signal };
  const instance = topic === 'tick' ? deployment.fanout(host) : deployment.mint(host);
  let lasting: { call: string; fault: Fault } | undefined;
  await gate.start(() => instance.run(delivery));
  for (let held = gate.held[0]; held; held = gate.held[0]) {
    const call = callOf(held.request);
    const struck = strike(call);
    const fault = lasting?.call === call ? lasting.fault : struck;
    lasting = fault?.lasts ? { call, fault } : undefined;
    const scene: Scene = { deployment, gate, delivery, topic, secret: SECRET, call };
    await gate.release(fault ? fault.how(scene) : plainly);
    if (!gate.isParked) continue;
    if (fault?.ends) {
      if (fault.ends === 'nacked') delivery.nack();
      return;
    }
    await fault?.meanwhile?.(scene);
    // Between its last look at the clock and the call nothing can stop it; what it does to `latest` must be mended.
    watch.latestMayBeOld ||= /addVersion$/.test(call) && / before the call/.test(fault?.name ?? '');
    await gate.resume();
  }
  delivery.acknowledge();
}

/**
 * Ticks until three more rotations are committed: by then nothing that the fault left behind may be there.
 *
 * @param mendedWithin in ticks: how long an old `latest` may stay
 */
export async function heal(
  deployment: Deployment,
  watch: Watch,
  mendedWithin = SOON,
): Promise<string[]> {
  deployment.restart();
  const before = watch.commits.length;
  const mended: string[] = [];
  let ticks = 0;
  const done = await tickUntil(deployment, watch, MINUTES_OF_TROUBLE, () => {
    if (++ticks === mendedWithin && watch.latestMayBeOld) mended.push('I1: latest stayed old');
    return watch.commits.length >= before + 3;
  });
  return done ? mended : [...mended, `only ${watch.commits.length - before} rotations came after`];
}
