import { readFile } from 'node:fs/promises';
import { withPositions } from '../../../shared/domain/apply/obstacles.ts';
import type { Plan } from '../../../shared/domain/apply/plan.ts';
import { parseDuration } from '../../../shared/domain/basics/duration.ts';
import { type ChainFile, isPaused } from '../../../shared/domain/chain/chain.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import { toJson } from '../../../shared/report/json.ts';
import { differencesOf, planDocumentOf } from '../../../shared/report/plan/json.ts';
import { planText } from '../../../shared/report/plan/text.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { progressOf } from '../../terminal/progress.ts';
import { type Given, isRefused, type Made, makePlan } from '../plan/make.ts';
import { paintFor } from '../plan/paint.ts';
import { missingRights } from '../plan/rights.ts';
import { execute } from './execute.ts';
import { outcomeOf, tellOutcome } from './outcome.ts';
import { readBack } from './read-back.ts';
import { tryChains } from './try-chains.ts';

export type ApplyOptions = {
  readonly source: string;
  readonly json: boolean;
  /** The chains to apply, by name; all where there is none. */
  readonly chain?: readonly string[];
  /** A plan that was saved: refused unless it is still the one. */
  readonly plan?: string;
  /** Nobody is asked. */
  readonly yes?: boolean;
  /** How long to wait for grants to spread, as in `7m`. */
  readonly wait?: string;
};

/** Google says two minutes typically, and seven or more. @see https://cloud.google.com/iam/docs/access-change-propagation */
const WAIT = '7m';

/** Adds what the chain file wants and is not there, and sees that it works. It removes nothing. */
export async function apply(options: ApplyOptions, io: Io, given: Given = {}): Promise<Exit> {
  const waitSeconds = options.wait === '0' ? 0 : parseDuration(options.wait ?? WAIT);
  if (waitSeconds === undefined) {
    io.err(`--wait ${options.wait}: write a duration, as in --wait 7m\n`);
    return 2;
  }
  const made = await makePlan(options, io, given);
  if (!made.ok) return made.error;
  const { file, plan, operator } = made.value;
  const missing = await missingRights(plan, operator.administration, io.signal);
  const rights = withPositions(missing, file);
  const show = options.json ? io.err : io.out;
  show(planText(plan, rights, paintFor(io)));

  const refusal = await refusalOf(options, made.value, io);
  if (refusal !== undefined) return refusal;
  const blocked = [...plan.obstacles, ...rights];
  if (blocked.length > 0) {
    io.err(
      'hopmint apply: nothing was written. Clear what is marked with "!" first, or choose other chains with --chain\n',
    );
    const exit = isRefused(blocked) ? 3 : 1;
    if (options.json) io.out(toJson({ exit, changed: 0, obstacles: blocked }));
    return exit;
  }
  if (plan.steps.length > 0) {
    const consent = await consentTo(plan, options, io);
    if (consent !== 'yes') return consent;
  }
  return await carryOut(made.value, { waitSeconds, json: options.json }, io, given);
}

/** A saved plan is never executed: it only says what was agreed to. */
async function refusalOf(
  { plan: path }: ApplyOptions,
  { plan, digest }: Made,
  io: Io,
): Promise<Exit | undefined> {
  if (path === undefined) return undefined;
  let saved: unknown;
  try {
    saved = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    io.err(`${path} is no saved plan: make one with "./hopmint plan --out ${path}"\n`);
    return 2;
  }
  const differences = differencesOf(saved, planDocumentOf(plan, digest, io.now()));
  if (differences.length === 0) return undefined;
  io.err(
    `hopmint apply: ${path} is not the plan above, in: ${differences.join(', ')}. Nothing was written: it was edited, or things have changed since. Make another with "./hopmint plan --out ${path}"\n`,
  );
  return 1;
}

async function consentTo(plan: Plan, { yes }: ApplyOptions, io: Io): Promise<'yes' | Exit> {
  if (yes) return 'yes';
  if (!io.terminal) {
    io.err('hopmint apply: nobody can be asked here, and nothing was written: say --yes\n');
    return 2;
  }
  const count = plan.steps.length;
  const question = `Add ${count === 1 ? 'this' : `these ${count}`}? Only "yes" is taken: `;
  if ((await io.terminal.ask(question, io.signal)).trim() === 'yes') return 'yes';
  io.err('hopmint apply: nothing was written\n');
  return 1;
}

async function carryOut(
  made: Made,
  { waitSeconds, json }: { readonly waitSeconds: number; readonly json: boolean },
  io: Io,
  { wire: waits = WIRE }: Given,
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
  const outcome = outcomeOf({ plan, done, left, tried, isInterrupted: signal.aborted });
  tellOutcome(outcome, json, io);
  return outcome.exit;
}

/** What is paused is minted by nobody. */
const running = (file: ChainFile, now: Date): ChainFile => ({
  ...file,
  chains: file.chains.filter((chain) => !isPaused(chain, file, now)),
});
