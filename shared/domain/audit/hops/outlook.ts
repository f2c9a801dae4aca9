import type { Chain, ChainFile } from '../../chain/chain.ts';
import type { Hop } from '../../chain/hop.ts';
import { instantsOf } from '../../iam/condition.ts';
import { type Evaluation, evaluateHop } from '../../iam/evaluate-hop.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import { lastGridInstant } from '../../rotation/schedule.ts';

const DAY_MS = 86_400_000;

/** Until when a grant must hold for nobody to be troubled by its end. */
export type Horizons = {
  readonly nextMint: Date;
  /** When the credential after next is due. */
  readonly afterNext: Date;
  readonly day: Date;
  readonly week: Date;
};

/**
 * What the audit looks ahead to. Grants that are made for a while at a time (`grantFor`) are renewed in their last third, so only then is
 * their end worth a word.
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

/** A hop that works now, and at one of the horizons does not any more. */
export type Ending = {
  readonly before: keyof Horizons;
  /** The instant that a condition names; none where its end is not told by one. */
  readonly at?: Date;
};

/** A hop now, and how it ends if it does soon. */
export type Outlook = Evaluation & {
  /** It may be another one later, with no policy changed. */
  readonly dependsOnTime: boolean;
  readonly ending?: Ending;
};

/** What becomes of a hop now and at every horizon. One whose grant ends before the credential after next is due is `expiring`. */
export function evaluateAhead(
  snapshot: Snapshot,
  hop: Hop,
  horizons: Horizons,
  now: Date,
): Outlook {
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

/** A grant without a condition and no denial with one: then nothing changes by itself. */
const isTimed = (evaluation: Evaluation): boolean =>
  evaluation.denials.some(({ when }) => when) ||
  !evaluation.checkedBindings.some(({ grants, binding }) => grants === 'yes' && !binding.condition);

/** The first instant that a condition names from which the hop no longer works. */
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
  const end = [...new Set(instants)].find(
    // `<` ends at the instant, `<=` a moment later.
    (t) => [t, t + 1].some((at) => evaluateHop(snapshot, hop, new Date(at)).state !== 'ok'),
  );
  return end === undefined ? undefined : new Date(end);
}
