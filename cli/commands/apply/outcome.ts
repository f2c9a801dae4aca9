import type { Obstacle } from '../../../shared/domain/apply/obstacle.ts';
import type { Plan } from '../../../shared/domain/apply/plan.ts';
import { printable } from '../../../shared/domain/basics/text/printable.ts';
import { toJson } from '../../../shared/report/json.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { isRefused } from '../plan/make-plan.ts';
import { refusalText } from './execute.ts';
import type { StepOutcome } from './jobs.ts';
import type { Trial } from './try-chains.ts';

/** The outcome of an apply, for people and for machines. */
export type ApplyOutcome = {
  readonly exit: Exit;
  readonly changed: number;
  /** Steps of the plan that are not done, refused ones included. */
  readonly undone: number;
  readonly refused: readonly string[];
  /** Why apply did nothing for some chains. */
  readonly obstacles: readonly Obstacle[];
  readonly interrupted: boolean;
  /** Steps and obstacles that a second reading found. Null if there was no second reading. */
  readonly left: number | null;
  readonly minted: readonly string[];
  readonly spreading: readonly string[];
  readonly failed: readonly {
    readonly chain: string;
    readonly reason: string;
    readonly detail: string;
  }[];
  /** Why no chain was minted. */
  readonly untried?: string;
};

export function outcomeOf({
  plan,
  obstacles,
  done,
  left,
  tried,
  isInterrupted,
}: {
  readonly plan: Plan;
  readonly obstacles: readonly Obstacle[];
  readonly done: readonly StepOutcome[];
  readonly left: Plan | undefined;
  readonly tried: Trial | undefined;
  readonly isInterrupted: boolean;
}): ApplyOutcome {
  const refused = isInterrupted ? [] : done.flatMap((one) => refusalText(one) ?? []);
  const settled = done.filter(({ outcome }) => outcome.ok).length;
  const stillToDo = left ? left.steps.length + left.obstacles.length : null;
  const failed = tried?.failed ?? [];
  const spreading = tried?.spreading ?? [];
  const isWell =
    !isInterrupted &&
    refused.length + obstacles.length === 0 &&
    !stillToDo &&
    failed.length + spreading.length === 0;
  const isCloud = refused.length > 0 || isRefused(obstacles);
  return {
    exit: isWell ? 0 : isCloud ? 3 : 1,
    changed: done.filter(({ outcome }) => outcome.ok && outcome.value.changed).length,
    undone: plan.steps.length - settled,
    refused,
    obstacles,
    interrupted: isInterrupted,
    left: stillToDo,
    minted: (tried?.minted ?? []).map(({ name }) => name).sort(),
    spreading: spreading.map(({ chain }) => chain.name).sort(),
    failed: failed.map(({ chain, failure: { reason, detail } }) => ({
      chain: chain.name,
      reason,
      detail,
    })),
    ...(tried?.untried !== undefined && { untried: tried.untried }),
  };
}

export function printOutcome(outcome: ApplyOutcome, json: boolean, io: Io): void {
  if (json) {
    io.out(toJson(outcome));
    return;
  }
  const lines: string[] = [];
  const {
    changed,
    undone,
    refused,
    obstacles,
    interrupted,
    left,
    minted,
    spreading,
    failed,
    untried,
  } = outcome;
  if (changed > 0) lines.push(`Added ${changed}.`);
  for (const text of refused) io.err(`! ${printable(text)}\n`);
  if (undone > 0) {
    const why = interrupted ? 'Interrupted: ' : '';
    lines.push(`${why}${undone} left to do. "./hopmint apply" does the rest, and nothing twice.`);
  }
  const blocked = [...new Set(obstacles.flatMap(({ chains }) => chains))].sort();
  if (blocked.length > 0)
    lines.push(`Nothing was done for ${listed(blocked)}: solve the lines with "!" above.`);
  if (left) lines.push(`${left} changes cannot be read back: run "./hopmint plan".`);
  if (minted.length > 0)
    lines.push(`Minted ${minted.length}: ${listed(minted)}. Nothing was stored.`);
  for (const { chain, reason, detail } of failed) lines.push(`! ${chain}: ${reason}: ${detail}`);
  if (spreading.length > 0) {
    lines.push(
      `Still spreading: ${listed(spreading)}. IAM takes minutes: run "./hopmint apply" again, and "./hopmint audit" if this does not end.`,
    );
  }
  if (untried !== undefined) lines.push(`Not tried: ${untried}.`);
  io.out(lines.map((line) => `${printable(line)}\n`).join(''));
}

/** More names than this do not help a person. */
const LISTED = 20;

const listed = (names: readonly string[]): string =>
  names.length > LISTED
    ? `${names.slice(0, LISTED).join(', ')} and ${names.length - LISTED} more`
    : names.join(', ');
