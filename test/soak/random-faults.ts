import type { State } from '../../local/state/state.ts';
import { TARGET } from '../functions/rotation-world.ts';
import type { Deployment } from '../simulation/deployment.ts';
import type { Intervention } from '../simulation/gate.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';
import type { TroubleLog } from './trouble-log.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 7 * 24 * HOUR_MS;

type Outage = {
  readonly name: string;
  readonly stops: 'Google' | 'ticks' | 'messages' | 'a grant';
  readonly perWeek: number;
  /** The shortest and the longest duration. */
  readonly lastsMs: [number, number];
};

const OUTAGES: readonly Outage[] = [
  {
    name: 'Google out for minutes',
    stops: 'Google',
    perWeek: 14,
    lastsMs: [MINUTE_MS, 9 * MINUTE_MS],
  },
  { name: 'Google out for hours', stops: 'Google', perWeek: 2, lastsMs: [HOUR_MS, 5 * HOUR_MS] },
  {
    name: 'Google out for a day',
    stops: 'Google',
    perWeek: 1,
    lastsMs: [24 * HOUR_MS, 24 * HOUR_MS],
  },
  {
    name: 'no ticks for minutes',
    stops: 'ticks',
    perWeek: 14,
    lastsMs: [MINUTE_MS, 9 * MINUTE_MS],
  },
  { name: 'no ticks for hours', stops: 'ticks', perWeek: 1, lastsMs: [HOUR_MS, 5 * HOUR_MS] },
  {
    name: 'no messages for minutes',
    stops: 'messages',
    perWeek: 14,
    lastsMs: [MINUTE_MS, 9 * MINUTE_MS],
  },
  { name: 'no messages for hours', stops: 'messages', perWeek: 1, lastsMs: [HOUR_MS, 5 * HOUR_MS] },
  {
    name: 'a grant revoked and restored',
    stops: 'a grant',
    perWeek: 10,
    lastsMs: [MINUTE_MS, 5 * MINUTE_MS],
  },
];

/** Policies take this time to spread, so a revoked grant causes trouble for longer than it is revoked. */
const PROPAGATION_SECONDS = 120;
const STALE_READ_SECONDS = 20;

/** Outside of outages, one call in this number has a fault. */
const CALLS_PER_FAULT = 300;

/** How one call proceeds. */
export type CallFault = {
  /** Empty without a fault. */
  readonly name: string;
  readonly intervene: Intervention;
  readonly latencyMs: number;
  /** The fault is part of an outage, which is in the log already. */
  readonly isOutage?: true;
  /** How long the instance is frozen, or that its process is killed. */
  readonly freezesMs?: number | 'killed';
};

/** The outages and faults of a soak. */
export class RandomFaults {
  readonly #outageEnds = new Map<Outage['stops'], number>();
  readonly #random: Random;
  readonly #state: State;
  readonly #time: Timeline;
  readonly #troubles: TroubleLog;

  constructor(
    { local: { state } }: Deployment,
    time: Timeline,
    troubles: TroubleLog,
    random: Random,
  ) {
    this.#state = state;
    this.#time = time;
    this.#troubles = troubles;
    this.#random = random;
    state.settings.staleReadSeconds = STALE_READ_SECONDS;
    state.settings.propagationSeconds = PROPAGATION_SECONDS;
  }

  /** Cloud Scheduler publishes ticks. */
  get hasTicks(): boolean {
    return !this.#isOut('ticks');
  }

  /** Pub/Sub delivers messages. */
  get hasMessages(): boolean {
    return !this.#isOut('messages');
  }

  /** @param setGrant revokes the grant with `false`, and restores it with `true` */
  scheduleOutages(weeks: number, setGrant: (isGranted: boolean) => Promise<void>): void {
    for (const { name, stops, perWeek, lastsMs } of OUTAGES) {
      const times = Math.floor(perWeek * weeks + this.#random());
      for (let n = 0; n < times; n++) {
        const lasts = this.#random.between(...lastsMs);
        this.#time.after(this.#random.between(HOUR_MS, weeks * WEEK_MS), async () => {
          const from = this.#time.now;
          const spreads = stops === 'a grant' ? PROPAGATION_SECONDS * 1000 : 0;
          this.#troubles.add(name, { from, to: from + lasts + spreads });
          this.#outageEnds.set(stops, Math.max(from + lasts, this.#outageEnds.get(stops) ?? 0));
          if (stops !== 'a grant') return;
          await setGrant(false);
          this.#time.after(lasts, () => setGrant(true));
        });
      }
    }
  }

  /** @param request undefined for a pause before the next attempt */
  next(request: Request | undefined): CallFault {
    const random = this.#random;
    const latencyMs = random.between(10, random.oneIn(50) ? 5000 : 200);
    if (!request) return { name: '', latencyMs: 0, intervene: (send) => send() };
    if (this.#isOut('Google')) return this.#outageFault(latencyMs);
    if (/generateAccessToken$/.test(request.url) && random.oneIn(40)) {
      return {
        name: SHORTER_LIFETIME,
        latencyMs,
        intervene: (send) => shorten(request, send, random),
      };
    }
    if (!random.oneIn(CALLS_PER_FAULT)) {
      return { name: '', latencyMs, intervene: (send) => send() };
    }
    return this.#fault(latencyMs);
  }

  #outageFault(latencyMs: number): CallFault {
    const status = this.#random.pick([429, 500, 503]);
    const isSlow = this.#random.oneIn(4);
    return {
      name: 'a call while Google is out',
      isOutage: true,
      latencyMs: isSlow ? 10_000 : latencyMs,
      intervene: isSlow ? timeOut : (send) => this.#atGoogle({ status }, send),
    };
  }

  #fault(latencyMs: number): CallFault {
    const random = this.#random;
    const freezesMs = random.pick([MINUTE_MS, 10 * MINUTE_MS, HOUR_MS]);
    const status = random.pick([429, 500, 503]);
    const before: Intervention = async (send, freeze) => {
      await freeze();
      return send();
    };
    const after: Intervention = async (send, freeze) => {
      const response = await send();
      await freeze();
      return response;
    };
    return random.pick<CallFault>([
      { name: `${status}`, latencyMs, intervene: (send) => this.#atGoogle({ status }, send) },
      { name: 'a reset', latencyMs, intervene: (send) => this.#atGoogle({ reset: true }, send) },
      {
        name: 'the response lost',
        latencyMs,
        intervene: (send) => this.#atGoogle({ loseAnswer: true }, send),
      },
      { name: 'a timeout, before the call', latencyMs: 10_000, intervene: timeOut },
      {
        name: 'a timeout, after the call',
        latencyMs: 10_000,
        intervene: async (send) => {
          await send();
          return timeOut();
        },
      },
      {
        name: 'the process killed, before the call',
        latencyMs,
        intervene: before,
        freezesMs: 'killed',
      },
      {
        name: 'the process killed, after the call',
        latencyMs,
        intervene: after,
        freezesMs: 'killed',
      },
      { name: FROZEN_BEFORE, latencyMs, intervene: before, freezesMs },
      { name: 'frozen, after the call', latencyMs, intervene: after, freezesMs },
    ]);
  }

  #atGoogle(
    fault: Pick<State['faults'][number], 'status' | 'reset' | 'loseAnswer'>,
    send: () => Promise<Response>,
  ): Promise<Response> {
    this.#state.faults = [{ path: '.', times: 1, ...fault }];
    return send();
  }

  #isOut(what: Outage['stops']): boolean {
    return this.#time.now < (this.#outageEnds.get(what) ?? 0);
  }
}

/** The name of the fault in which Google gives an access token a shorter lifetime than requested. */
export const SHORTER_LIFETIME = 'a shorter lifetime';
export const FROZEN_BEFORE = 'frozen, before the call';

const timeOut = (): never => {
  throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
};

async function shorten(
  request: Request,
  send: (instead?: Request) => Promise<Response>,
  random: Random,
): Promise<Response> {
  const body = (await request.clone().json()) as object;
  const lifetime = `${Math.round(random.between(20, 30)) * 60}s`;
  const { url, method, headers } = request;
  return send(new Request(url, { method, headers, body: JSON.stringify({ ...body, lifetime }) }));
}

/** @returns a function that revokes the grants on the target, or restores them */
export function grantSwitchOf({
  local: { state },
  asAda,
}: Deployment): (isGranted: boolean) => Promise<void> {
  const name = `projects/acme-data/serviceAccounts/${TARGET}`;
  const found = [...state.policies.keys()].find((key) => key.endsWith(TARGET)) ?? name;
  const policy = state.policies.get(found);
  const admin = { role: 'roles/iam.serviceAccountAdmin', members: ['user:ada@acme.com'] };
  const granted = { bindings: [...(policy?.bindings ?? []), admin] };
  state.policies.set(found, granted);
  return async (isGranted) => {
    const bindings = isGranted ? granted.bindings : [admin];
    await asAda('POST', `/v1/projects/-/serviceAccounts/${TARGET}:setIamPolicy`, {
      policy: { bindings },
    });
  };
}
