import type { State } from '../../local/state/state.ts';
import { TARGET } from '../functions/rotation-world.ts';
import type { Deployment } from '../simulation/deployment.ts';
import type { How } from '../simulation/gate.ts';
import type { Chance } from './random.ts';
import type { Timeline } from './timeline.ts';
import type { Troubles } from './trouble-log.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** How many a week; how long each. */
type Kind = { readonly name: string; readonly aWeek: number; readonly lastsMs: [number, number] };

const OUTAGES: readonly Kind[] = [
  { name: 'Google out for minutes', aWeek: 14, lastsMs: [MINUTE_MS, 9 * MINUTE_MS] },
  { name: 'Google out for hours', aWeek: 2, lastsMs: [HOUR_MS, 5 * HOUR_MS] },
  { name: 'Google out for a day', aWeek: 1, lastsMs: [24 * HOUR_MS, 24 * HOUR_MS] },
  { name: 'no ticks for minutes', aWeek: 14, lastsMs: [MINUTE_MS, 9 * MINUTE_MS] },
  { name: 'no ticks for hours', aWeek: 1, lastsMs: [HOUR_MS, 5 * HOUR_MS] },
  { name: 'no messages for minutes', aWeek: 14, lastsMs: [MINUTE_MS, 9 * MINUTE_MS] },
  { name: 'no messages for hours', aWeek: 1, lastsMs: [HOUR_MS, 5 * HOUR_MS] },
  { name: 'a grant lost and found', aWeek: 10, lastsMs: [MINUTE_MS, 5 * MINUTE_MS] },
];

/** How long a policy takes to spread: the flap lasts longer for it. */
const PROPAGATION_SECONDS = 120;
const STALE_READ_SECONDS = 20;

/** What goes wrong with one call in so many. */
const A_FAULT_IN_CALLS = 300;

/** What one call meets. `parks`: the instance never comes back, or after that long. */
export type Meeting = {
  readonly name: string;
  readonly how: How;
  readonly latencyMs: number;
  /** It is part of an outage. */
  readonly isKnown?: true;
  readonly parksMs?: number | 'for ever';
};

/** All that goes wrong, as a seed decides it. */
export class Weather {
  readonly #out = new Map<string, number>();
  readonly #chance: Chance;
  readonly #state: State;
  readonly #time: Timeline;
  readonly #troubles: Troubles;

  constructor(
    { local: { state } }: Deployment,
    time: Timeline,
    troubles: Troubles,
    chance: Chance,
  ) {
    this.#state = state;
    this.#time = time;
    this.#troubles = troubles;
    this.#chance = chance;
    state.settings.staleReadSeconds = STALE_READ_SECONDS;
    state.settings.propagationSeconds = PROPAGATION_SECONDS;
  }

  get ticks(): boolean {
    return !this.#is('no ticks');
  }

  get messages(): boolean {
    return !this.#is('no messages');
  }

  /** Draws what is to come until `weeks` are over. */
  forecast(weeks: number, flap: (ends: boolean) => Promise<void>): void {
    for (const { name, aWeek, lastsMs } of OUTAGES) {
      const often = Math.floor(aWeek * weeks + this.#chance());
      for (let n = 0; n < often; n++) {
        const lasts = this.#chance.between(...lastsMs);
        this.#time.after(this.#chance.between(HOUR_MS, weeks * WEEK_MS), async () => {
          const from = this.#time.now;
          const flaps = name.startsWith('a grant');
          const spreads = flaps ? PROPAGATION_SECONDS * 1000 : 0;
          this.#troubles.note(name, { from, to: from + lasts + spreads });
          this.#out.set(name, Math.max(from + lasts, this.#out.get(name) ?? 0));
          if (!flaps) return;
          await flap(false);
          this.#time.after(lasts, () => flap(true));
        });
      }
    }
  }

  /** @param isMint the credential may come with a shorter life than was asked for */
  meet(request: Request | undefined): Meeting {
    const chance = this.#chance;
    const latencyMs = chance.between(10, chance.isOne(50) ? 5000 : 200);
    if (!request) return { name: '', latencyMs: 0, how: (send) => send() };
    if (this.#is('Google out')) return this.#outage(latencyMs);
    if (/generateAccessToken$/.test(request.url) && chance.isOne(40)) {
      return { name: 'a shorter life', latencyMs, how: (send) => shorter(request, send, chance) };
    }
    if (!chance.isOne(A_FAULT_IN_CALLS)) return { name: '', latencyMs, how: (send) => send() };
    return this.#fault(latencyMs);
  }

  #outage(latencyMs: number): Meeting {
    const [status, slow] = [this.#chance.oneOf([429, 500, 503]), this.#chance.isOne(4)];
    return {
      name: 'a call while Google is out',
      isKnown: true,
      latencyMs: slow ? 10_000 : latencyMs,
      how: slow ? timeout : (send) => this.#atGoogle({ status }, send),
    };
  }

  #fault(latencyMs: number): Meeting {
    const chance = this.#chance;
    const parksMs = chance.oneOf([MINUTE_MS, 10 * MINUTE_MS, HOUR_MS]);
    const status = chance.oneOf([429, 500, 503]);
    const before: How = async (send, park) => {
      await park();
      return send();
    };
    const after: How = async (send, park) => {
      const answer = await send();
      await park();
      return answer;
    };
    return chance.oneOf<Meeting>([
      { name: `${status}`, latencyMs, how: (send) => this.#atGoogle({ status }, send) },
      { name: 'a reset', latencyMs, how: (send) => this.#atGoogle({ reset: true }, send) },
      {
        name: 'the answer lost',
        latencyMs,
        how: (send) => this.#atGoogle({ loseAnswer: true }, send),
      },
      { name: 'a timeout', latencyMs: 10_000, how: timeout },
      {
        name: 'a timeout, done',
        latencyMs: 10_000,
        how: async (send) => {
          await send();
          return timeout();
        },
      },
      { name: 'the process gone', latencyMs, how: before, parksMs: 'for ever' },
      { name: 'the process gone, done', latencyMs, how: after, parksMs: 'for ever' },
      { name: 'frozen', latencyMs, how: before, parksMs },
      { name: 'frozen, done', latencyMs, how: after, parksMs },
    ]);
  }

  #atGoogle(
    fault: Pick<State['faults'][number], 'status' | 'reset' | 'loseAnswer'>,
    send: () => Promise<Response>,
  ): Promise<Response> {
    this.#state.faults = [{ path: '.', times: 1, ...fault }];
    return send();
  }

  #is(outage: string): boolean {
    const now = this.#time.now;
    return [...this.#out].some(([name, until]) => name.startsWith(outage) && now < until);
  }
}

const timeout = (): never => {
  throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
};

/** Google gives less than it was asked for. */
async function shorter(
  request: Request,
  send: (instead?: Request) => Promise<Response>,
  chance: Chance,
): Promise<Response> {
  const body = (await request.clone().json()) as object;
  const lifetime = `${Math.round(chance.between(20, 30)) * 60}s`;
  const { url, method, headers } = request;
  return send(new Request(url, { method, headers, body: JSON.stringify({ ...body, lifetime }) }));
}

/** Takes the grants of the target away, or gives them back. */
export function flapOf({ local: { state }, ada }: Deployment): (ends: boolean) => Promise<void> {
  const name = `projects/acme-data/serviceAccounts/${TARGET}`;
  const found = [...state.policies.keys()].find((key) => key.endsWith(TARGET)) ?? name;
  const policy = state.policies.get(found);
  const [role, members] = ['roles/iam.serviceAccountAdmin', ['user:ada@acme.com']];
  const admin = { role, members };
  const given = { bindings: [...(policy?.bindings ?? []), admin] };
  state.policies.set(found, given);
  return async (ends) => {
    const bindings = ends ? given.bindings : [admin];
    await ada('POST', `/v1/projects/-/serviceAccounts/${TARGET}:setIamPolicy`, {
      policy: { bindings },
    });
  };
}
