import { parseChange } from '../../../shared/domain/audit/changed-resources.ts';
import { type AuditedWorld, openAuditedWorld } from '../../simulation/audits/audited-world.ts';
import { FILE, ROOT, WORLD } from '../../simulation/audits/edited-world.ts';
import { callerOf, editsOf } from '../../simulation/audits/edits.ts';
import {
  type Message,
  type TrueFinding,
  wrongBeliefs,
} from '../../simulation/audits/subscriber.ts';
import { type Random, randomOf } from '../random.ts';
import { type AuditMachine, auditMachine, type Weather } from './audit-machine.ts';
import { SimulatedTime } from './simulated-time.ts';
import { keyOf, Views } from './views.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const STARTS_AT = new Date('2026-11-22T12:00:00Z');
/** A storm, and then a calm in which everything must become true again. */
const STORM_HOURS = 4;
const CALM_HOURS = 2.5;
/** How much each machine's clock is wrong. */
const SKEW_MS = MINUTE_MS;
/** IAM may answer with a policy of this age. */
const STALE_MS = 4 * MINUTE_MS;
/** A condition that ends changes what is true without an edit. */
const WITHOUT = ['allow that ends'];

export type AuditFigures = {
  readonly seed: number;
  readonly instances: number;
  hours: number;
  edits: number;
  opened: number;
  closed: number;
  /** How often each trouble happened. */
  readonly troubles: Record<string, number>;
  readonly violations: string[];
};

type Options = {
  /** How many instances of the audit run at the same time. */
  readonly instances: number;
  /**
   * Whether a third of the reads may answer with policies that are up to four minutes old. Nothing shows that an answer is old, so an alert may be
   * false until the policies are read again.
   */
  readonly isStale?: boolean;
};

/**
 * Runs instances of the audit in simulated time, with random edits of the world and random faults, against one oracle: the findings that are
 * really true. Edits and faults pause at times. Then what subscribers believe must be what is true.
 *
 * @param seed determines what happens, except the order of calls at the same time: an audit lets other work run after some processor time
 */
export async function auditSoak(
  seed: number,
  hours: number,
  { instances, isStale = false }: Options,
  progress: (hour: number) => void = () => {},
): Promise<AuditFigures> {
  const random = randomOf(seed);
  const world = await openAuditedWorld(WORLD, FILE, STARTS_AT, random);
  const figures: AuditFigures = {
    seed,
    instances,
    hours: 0,
    edits: 0,
    opened: 0,
    closed: 0,
    troubles: {},
    violations: [],
  };
  try {
    await run(world, random, figures, { instances, isStale, hours, progress });
    return figures;
  } finally {
    await world.close();
  }
}

async function run(
  world: AuditedWorld,
  random: Random,
  figures: AuditFigures,
  {
    instances,
    isStale,
    hours,
    progress,
  }: Required<Options> & { readonly hours: number; readonly progress: (hour: number) => void },
): Promise<void> {
  const { local, clock, subscriber } = world;
  const time = new SimulatedTime(clock);
  const views = new Views();
  const weather: Weather = { isStormy: false, staleMs: 0 };
  const count = (trouble: string) => {
    figures.troubles[trouble] = (figures.troubles[trouble] ?? 0) + 1;
  };
  const violate = (what: string) => figures.violations.push(`${clock.now.toISOString()} ${what}`);
  const machine = () =>
    auditMachine(
      { world, time, random, weather, views, count },
      Math.round(random.between(-SKEW_MS, SKEW_MS)),
    );
  const machines: AuditMachine[] = Array.from({ length: instances }, machine);
  const anyMachine = () => {
    for (const [i, { isDead }] of machines.entries()) if (isDead) machines[i] = machine();
    return random.pick(machines);
  };

  /** What is true, since when. */
  const history: { readonly from: number; readonly truth: ReadonlyMap<string, TrueFinding> }[] = [];
  const look = async () => {
    const truth = await world.truth({
      async fetch(request, send) {
        const response = await send();
        const key = keyOf(request);
        if (key && response.ok) views.record(key, time.now, await response.clone().text());
        return response;
      },
    });
    history.push({ from: time.now, truth });
  };
  let administrators = '';
  /** Who administered a container at its first audit decides what is true, too. */
  const lookAgain = async () => {
    const stored = JSON.stringify(world.stored().administrators);
    if (stored !== administrators) await look();
    administrators = stored;
  };
  /** Whether the message was true at some time between its report and now. */
  const wasTrue = ({ event, fingerprint, reportAt }: Message) => {
    const from = Date.parse(reportAt) - 2 * SKEW_MS - (event === 'closed' ? 0 : weather.staleMs);
    return history.some(
      ({ truth }, i) =>
        (history[i + 1]?.from ?? Number.POSITIVE_INFINITY) >= from &&
        truth.has(fingerprint) === (event !== 'closed'),
    );
  };
  const listen = () => {
    for (const message of subscriber.take()) {
      figures[message.event === 'closed' ? 'closed' : 'opened']++;
      if (!world.logged.has(message.fingerprint)) violate(`not logged: ${message.summary}`);
      if (wasTrue(message)) continue;
      if (message.event !== 'closed' && world.guessed.get(message.reportAt)) {
        // What was not read may be worse than it is.
        count('false opening, as something was unread');
      } else if (isStale) count(`${message.event} falsely, as IAM answered with an old policy`);
      else violate(`${message.event}, and it was not so: ${message.summary}`);
    }
  };

  /** Pub/Sub delivers a change again, to any instance, until one has answered. */
  const deliver = async (names: readonly string[]): Promise<void> => {
    const isAnswered = await Promise.race([
      anyMachine().serve((auditor) => auditor.changed(names)),
      time.sleep(10 * MINUTE_MS).then(() => false),
    ]);
    if (isAnswered) return;
    count('change delivered again');
    time.after(random.between(10_000, 60_000), () => deliver(names));
  };
  const edits = editsOf(await callerOf(local, ROOT), local, random);
  const kinds = Object.keys(edits).filter((name) => !WITHOUT.includes(name));
  const edit = async () => {
    const from = local.state.log.length;
    const entries: object[] = [];
    for (let i = random.between(1, 4); i > 0; i--) {
      const result = await edits[random.pick(kinds)]?.();
      if (result !== undefined) figures.edits++;
      if (Array.isArray(result)) entries.push(...result);
    }
    for (const entry of [...local.state.log.slice(from), ...entries]) {
      const { names = [] } = parseChange(entry) ?? {};
      if (names.length === 0) continue;
      if (random.oneIn(30)) {
        count('event lost');
        continue;
      }
      for (let copies = random.oneIn(10) ? 2 : 1; copies > 0; copies--) {
        const delayMs = random.between(1000, random.oneIn(10) ? 5 * MINUTE_MS : 30_000);
        time.after(delayMs, () => deliver(names));
      }
    }
    await look();
  };

  await look();
  time.every(MINUTE_MS, async () => {
    await time.during(lookAgain);
    listen();
    void anyMachine().serve((auditor) => auditor.observe());
  });
  time.every(HOUR_MS, () => {
    void anyMachine().serve((auditor) => auditor.renew());
  });
  time.after(0, () => void anyMachine().serve((auditor) => auditor.renew()));
  await time.runUntil(time.now + 5 * MINUTE_MS);
  const end = time.now + hours * HOUR_MS;
  while (time.now < end) {
    weather.isStormy = true;
    weather.staleMs = isStale ? STALE_MS : 0;
    const stormEnds = time.now + STORM_HOURS * HOUR_MS;
    while (time.now < stormEnds) {
      await time.runUntil(time.now + random.between(1, 12) * MINUTE_MS);
      await edit();
      if (random.oneIn(10)) random.pick(machines).kill();
    }
    weather.isStormy = false;
    weather.staleMs = 0;
    await time.runUntil(time.now + CALM_HOURS * HOUR_MS);
    listen();
    check(world, history.at(-1)?.truth ?? new Map(), violate);
    figures.hours = Math.round((time.now - STARTS_AT.getTime()) / HOUR_MS);
    progress(figures.hours);
  }
}

/** After a calm. */
function check(
  world: AuditedWorld,
  truth: ReadonlyMap<string, TrueFinding>,
  violate: (what: string) => void,
): void {
  for (const wrong of wrongBeliefs(world.subscriber, truth)) violate(`after a calm: ${wrong}`);
  const { open, pending } = world.stored();
  const stored = new Set(open.map(({ fingerprint }) => fingerprint));
  for (const { fingerprint, summary } of truth.values()) {
    if (!stored.has(fingerprint)) violate(`after a calm: not stored: ${summary}`);
  }
  for (const { fingerprint, summary } of open) {
    if (!truth.has(fingerprint)) violate(`after a calm: stored, and not true: ${summary}`);
  }
  if (pending.length > 0) violate('after a calm: alerts are pending');
}
