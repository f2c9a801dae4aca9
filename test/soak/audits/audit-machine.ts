import type { Auditor } from '../../../functions/audit/auditor.ts';
import type { AuditedWorld } from '../../simulation/audits/audited-world.ts';
import { callOf } from '../../simulation/call.ts';
import type { Random } from '../random.ts';
import type { SimulatedTime } from './simulated-time.ts';
import { keyOf, type Views } from './views.ts';

const MINUTE_MS = 60_000;

/** What instances meet now. */
export type Weather = {
  isStormy: boolean;
  /** How old an answer about a policy may be. */
  staleMs: number;
};

/** A machine that runs an instance of the audit, until it dies. */
export type AuditMachine = {
  readonly auditor: Auditor;
  readonly isDead: boolean;
  /** Runs a request. @returns whether the instance has answered */
  serve(request: (auditor: Auditor) => Promise<unknown>): Promise<boolean>;
  kill(): void;
};

type Context = {
  readonly world: AuditedWorld;
  readonly time: SimulatedTime;
  readonly random: Random;
  readonly weather: Weather;
  readonly views: Views;
  readonly count: (trouble: string) => void;
};

const refused = (status: number) =>
  new Response(JSON.stringify({ error: { code: status, message: 'refused', status: 'X' } }), {
    status,
    headers: { 'content-type': 'application/json' },
  });
const WRITES = /insert|publish|delete/;

/** @param skewMs how far the clock of the machine is ahead */
export function auditMachine(
  { world, time, random, weather, views, count }: Context,
  skewMs: number,
): AuditMachine {
  const died = Promise.withResolvers<false>();
  let isDead = false;
  let frozen: Promise<void> | undefined;
  const kill = () => {
    isDead = true;
    died.resolve(false);
  };
  const never = new Promise<never>(() => {});
  /** A dead process does nothing any more, and a frozen one waits. */
  const proceed = async (signal?: AbortSignal) => {
    while (frozen !== undefined) await frozen;
    if (isDead) await never;
    signal?.throwIfAborted();
  };
  const freeze = (ms: number) => {
    frozen = time.sleep(ms).then(() => {
      frozen = undefined;
    });
  };
  const sleep = async (ms: number, signal?: AbortSignal) => {
    await time.sleep(ms);
    await proceed(signal);
  };
  /** What happens to one call in a storm. */
  const trouble = (call: string): string | undefined => {
    if (!weather.isStormy) return undefined;
    if (random.oneIn(400)) return 'killed before a call';
    if (random.oneIn(400)) return 'killed after a call';
    if (random.oneIn(600)) return 'frozen before a call';
    if (random.oneIn(600)) return 'frozen after a call';
    if (random.oneIn(80)) return 'busy';
    if (WRITES.test(call)) {
      if (random.oneIn(8)) return 'refused';
      if (random.oneIn(8)) return 'answer lost';
      return undefined;
    }
    return random.oneIn(60) ? 'refused' : undefined;
  };
  const answer = async (request: Request, send: () => Promise<Response>): Promise<Response> => {
    const key = keyOf(request);
    const isStale = weather.staleMs > 0 && random.oneIn(3);
    const old = key && isStale && views.at(key, time.now - random.between(0, weather.staleMs));
    if (old) {
      count('old answer');
      return new Response(old, { headers: { 'content-type': 'application/json' } });
    }
    return time.during(send);
  };

  const auditor = world.newInstance({
    skewMs,
    wait: sleep,
    async fetch(request, send) {
      const call = callOf(request);
      await sleep(
        random.oneIn(200) ? 20_000 : 50 * Math.ceil(random.between(0, 4)),
        request.signal,
      );
      const met = trouble(call);
      if (met) count(`${met}${WRITES.test(call) ? `: ${call}` : ''}`);
      if (met === 'killed before a call') kill();
      if (met === 'frozen before a call') freeze(random.between(1, 20) * MINUTE_MS);
      await proceed(request.signal);
      if (met === 'refused') return refused(403);
      if (met === 'busy') return refused(503);
      const response = await answer(request, send);
      if (met === 'killed after a call') kill();
      if (met === 'frozen after a call') freeze(random.between(1, 20) * MINUTE_MS);
      await proceed(request.signal);
      return met === 'answer lost' ? refused(503) : response;
    },
    options: {
      signal: () => time.deadline(180_000),
      delivering: () => time.deadline(50_000),
      observing: () => time.deadline(150_000),
      round: () => time.deadline(50_000),
      wait: () => sleep(60_000),
      pause: () => sleep(random.between(1000, 2000)),
      settle: () => sleep(2000),
    },
  });
  return {
    auditor,
    get isDead() {
      return isDead;
    },
    kill,
    serve: (request) =>
      Promise.race([
        request(auditor).then(
          () => true,
          () => false,
        ),
        died.promise,
      ]),
  };
}
