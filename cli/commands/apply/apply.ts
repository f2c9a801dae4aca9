import { readFile } from 'node:fs/promises';
import type { Obstacle } from '../../../shared/domain/apply/obstacle.ts';
import { withPositions } from '../../../shared/domain/apply/obstacles.ts';
import { type Plan, planOf, withoutBlocked } from '../../../shared/domain/apply/plan.ts';
import { parseDuration } from '../../../shared/domain/basics/duration.ts';
import { err, ok, type Result } from '../../../shared/domain/basics/result.ts';
import { type ChainFile, isPaused } from '../../../shared/domain/chain/chain.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import { toJson } from '../../../shared/report/json.ts';
import { differencesOf, planDocumentOf } from '../../../shared/report/plan/json.ts';
import { planText } from '../../../shared/report/plan/text.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { progressOf } from '../../terminal/progress.ts';
import {
  isRefused,
  MINTER_ROLE,
  makePlan,
  type OpenedPlan,
  type PlanInputs,
} from '../plan/make-plan.ts';
import { paintFor } from '../plan/paint.ts';
import { missingRights } from '../plan/rights.ts';
import { execute } from './execute.ts';
import { outcomeOf, printOutcome } from './outcome.ts';
import { readBack } from './read-back.ts';
import { tryChains } from './try-chains.ts';

export type ApplyOptions = {
  readonly source: string;
  readonly json: boolean;
  /** The names of the chains to apply. By default, all. */
  readonly chain?: readonly string[];
  /** The path of a saved plan. Apply refuses it if the plan has changed since. */
  readonly plan?: string;
  /** Do not ask. */
  readonly yes?: boolean;
  /** How long to wait for grants to take effect, for example `7m`. */
  readonly wait?: string;
};

/** Google says that a grant typically takes two minutes, and sometimes seven or more. @see https://cloud.google.com/iam/docs/access-change-propagation */
const WAIT = '7m';

/**
 * Adds what the chain file wants and IAM or Secret Manager lacks, and checks that the chains mint. It removes nothing. An obstacle stops the
 * chains that it affects, and no others.
 */
export async function apply(options: ApplyOptions, io: Io, given: PlanInputs = {}): Promise<Exit> {
  const waitSeconds = options.wait === '0' ? 0 : parseDuration(options.wait ?? WAIT);
  if (waitSeconds === undefined) {
    io.err(`--wait ${options.wait}: write a duration, as in --wait 7m\n`);
    return 2;
  }
  const saved = await savedPlan(options, io);
  if (!saved.ok) return saved.error;
  const made = await makePlan(options, io, given);
  if (!made.ok) return made.error;
  const { file, plan, inventory, operator } = made.value;
  const missing = await missingRights(plan, operator.administration, io.signal);
  const rights = withPositions(missing, file);
  const show = options.json ? io.err : io.out;
  show(planText(plan, rights, paintFor(io)));

  const refusal = refusalOf(options, saved.value, made.value, io);
  if (refusal !== undefined) return refusal;
  const obstacles = [...plan.obstacles, ...rights];
  const possible = withoutBlocked(file, obstacles);
  if (obstacles.length > 0 && possible.chains.length === 0) {
    io.err('hopmint apply: nothing was written. Solve the lines with "!" first\n');
    const exit = isRefused(obstacles) ? 3 : 1;
    if (options.json) io.out(toJson({ exit, changed: 0, obstacles }));
    return exit;
  }
  const rest = obstacles.length === 0 ? plan : planOf(possible, inventory, MINTER_ROLE, io.now());
  if (rest.steps.length > 0) {
    const consent = await consentTo(rest, options, io);
    if (consent !== 'yes') return consent;
  }
  const toDo = { ...made.value, file: possible, plan: rest };
  return await carryOut(toDo, { waitSeconds, json: options.json, obstacles }, io, given);
}

/** The saved plan that the options name; `undefined` if they name none. */
async function savedPlan({ plan: path }: ApplyOptions, io: Io): Promise<Result<unknown, Exit>> {
  if (path === undefined) return ok(undefined);
  try {
    return ok(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    io.err(`${path} is not a saved plan: make one with "./hopmint plan --out ${path}"\n`);
    return err(2);
  }
}

/** A saved plan is never executed. It only says what a person has agreed to. */
function refusalOf(
  { plan: path }: ApplyOptions,
  saved: unknown,
  { plan, digest }: OpenedPlan,
  io: Io,
): Exit | undefined {
  if (path === undefined) return undefined;
  const differences = differencesOf(saved, planDocumentOf(plan, digest, io.now()));
  if (differences.length === 0) return undefined;
  io.err(
    `hopmint apply: ${path} differs from the plan above in: ${differences.join(', ')}. Nothing was written. Somebody edited it, or IAM or Secret Manager has changed since. Make another with "./hopmint plan --out ${path}"\n`,
  );
  return 1;
}

async function consentTo(plan: Plan, { yes }: ApplyOptions, io: Io): Promise<'yes' | Exit> {
  if (yes) return 'yes';
  if (!io.terminal) {
    io.err('hopmint apply: there is no terminal to ask on: add --yes. Nothing was written\n');
    return 2;
  }
  const count = plan.steps.length;
  const question = `Add ${count === 1 ? 'this' : `these ${count}`}? Type "yes": `;
  if ((await io.terminal.ask(question, io.signal)).trim() === 'yes') return 'yes';
  io.err('hopmint apply: you did not type "yes". Nothing was written\n');
  return 1;
}

async function carryOut(
  made: OpenedPlan,
  {
    waitSeconds,
    json,
    obstacles,
  }: {
    readonly waitSeconds: number;
    readonly json: boolean;
    readonly obstacles: readonly Obstacle[];
  },
  io: Io,
  { wire: waits = WIRE }: PlanInputs,
): Promise<Exit> {
  const { plan, operator, file } = made;
  const { administration } = operator;
  const { signal } = io;
  const writing = progressOf(io, 'writing', plan.steps.length);
  const context = { administration, created: new Set<string>(), waits, signal };
  const done = await execute(plan.steps, context, writing);
  writing.stop();

  const failed = done.filter(({ outcome }) => !outcome.ok);
  const isWhole = failed.length === 0 && done.length === plan.steps.length && !signal.aborted;
  const left = isWhole && plan.steps.length > 0 ? await readBack(made, waits, signal) : undefined;
  const tried =
    isWhole && (left?.steps.length ?? 0) === 0
      ? await tryChains(running(file, io.now()), made, { waitSeconds, waits, io })
      : undefined;
  const outcome = outcomeOf({ plan, obstacles, done, left, tried, isInterrupted: signal.aborted });
  printOutcome(outcome, json, io);
  return outcome.exit;
}

/** Paused chains are not minted. */
const running = (file: ChainFile, now: Date): ChainFile => ({
  ...file,
  chains: file.chains.filter((chain) => !isPaused(chain, file, now)),
});
