import type { Chain, ChainFile } from '../../chain/chain.ts';
import type { Hop } from '../../chain/hop.ts';
import { instantsOf } from '../../iam/condition/condition.ts';
import { type Evaluation, evaluateHop } from '../../iam/evaluate-hop.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import { lastGridInstant } from '../../rotation/tick/schedule.ts';

const DAY_MS = 86_400_000;

/** The instants at which a hop must still work. A grant that ends before one of them is reported. */
export type Horizons = {
  /** When the next credential is due. */
  readonly nextMint: Date;
  /** When the credential after next is due. */
  readonly afterNext: Date;
  readonly day: Date;
  readonly week: Date;
};

/**
 * The horizons of a chain. `plan` renews a grant with an end (`grantFor`) in its last third. So the audit reports such an end only in that
 * third.
 */
export function horizonsOf(
  chain: Pick<Chain, 'name' | 'rotateEverySeconds'>,
  { grantForSeconds }: Pick<ChainFile, 'grantForSeconds'>,
  now: Date,
): Horizons {
  const everyMs = chain.rotateEverySeconds * 1000;
  const nextMint = lastGridInstant(chain, now).getTime() + everyMs;
  const thirdMs = ((grantForSeconds ?? Number.POSITIVE_INFINITY) * 1000) / 3;
  const ahead = (ms: number) => new Date(now.getTime() + Math.min(ms, thirdMs));
  return {
    nextMint: new Date(nextMint),
    afterNext: new Date(nextMint + everyMs),
    day: ahead(DAY_MS),
    week: ahead(7 * DAY_MS),
  };
}

/** When a hop that works now stops working. */
export type Ending = {
  /** The first horizon at which the hop no longer works. */
  readonly before: keyof Horizons;
  /** The exact instant, if a condition names it. */
  readonly at?: Date;
};

/** The evaluation of a hop now, and its ending if the hop stops working soon. */
export type Forecast = Evaluation & {
  /** The state may change later although no policy changes. */
  readonly dependsOnTime: boolean;
  readonly ending?: Ending;
};

/** Evaluates a hop now and at every horizon. A hop whose grant ends before the credential after next is due is `expiring`. */
export function forecastHop(snapshot: Snapshot, hop: Hop, horizons: Horizons, now: Date): Forecast {
  const evaluation = evaluateHop(snapshot, hop, now);
  const dependsOnTime = isTimed(evaluation);
  if (evaluation.state !== 'ok' || !dependsOnTime) return { ...evaluation, dependsOnTime };
  const before = (Object.keys(horizons) as (keyof Horizons)[]).find(
    (name) => evaluateHop(snapshot, hop, horizons[name]).state !== 'ok',
  );
  if (before === undefined) return { ...evaluation, dependsOnTime };
  const at = endOf(snapshot, hop, evaluation, horizons[before], now);
  return {
    ...evaluation,
    dependsOnTime,
    state: before === 'nextMint' || before === 'afterNext' ? 'expiring' : 'ok',
    ending: { before, ...(at && { at }) },
  };
}

const conditionsOf = ({ checkedBindings, denials }: Evaluation) => [
  ...checkedBindings.flatMap(({ member, role, binding }) =>
    member === 'no' || role === 'no' ? [] : (binding.condition ?? []),
  ),
  ...denials.flatMap(({ when }) => when ?? []),
];

/** `false` if a binding without a condition grants the hop and no deny rule has a condition: then time changes nothing. */
const isTimed = (evaluation: Evaluation): boolean =>
  evaluation.denials.some(({ when }) => when) ||
  !evaluation.checkedBindings.some(({ grants, binding }) => grants === 'yes' && !binding.condition);

/** Each instant costs one or two evaluations of the hop. A hop with more of them ends at an instant that we do not name. */
const INSTANTS_MAX = 50;

/** The first instant named by a condition at which the hop no longer works. */
function endOf(
  snapshot: Snapshot,
  hop: Hop,
  evaluation: Evaluation,
  until: Date,
  now: Date,
): Date | undefined {
  const instants = conditionsOf(evaluation)
    .flatMap(instantsOf)
    .filter((instant) => instant > now.getTime() && instant <= until.getTime())
    .sort((a, b) => a - b);
  const end = [...new Set(instants)].slice(0, INSTANTS_MAX).find(
    // `time < t` ends at t. `time <= t` ends a millisecond later.
    (t) => [t, t + 1].some((at) => evaluateHop(snapshot, hop, new Date(at)).state !== 'ok'),
  );
  return end === undefined ? undefined : new Date(end);
}
