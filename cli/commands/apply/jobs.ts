import type { Administration } from '../../../shared/cloud/administration.ts';
import type { Step } from '../../../shared/domain/apply/step.ts';

import type { Waits } from '../../../shared/domain/basics/backoff.ts';
import type { Failure } from '../../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../../shared/domain/basics/result.ts';
import { hasAddition, withMembers } from '../../../shared/domain/iam/policy-document.ts';
import { converge } from '../../operator/converge.ts';

type StepTo<Do extends Step['do']> = Extract<Step, { readonly do: Do }>;

/** A step and its outcome. `changed` is false if the step was done already. */
export type StepOutcome = {
  readonly step: Step;
  readonly outcome: Result<{ changed: boolean }, Failure>;
};

export type JobContext = {
  readonly administration: Administration;
  /** Resources that this run has created. Some of Google's replicas may not know them yet. */
  readonly created: Set<string>;
  readonly waits: Waits;
  readonly signal: AbortSignal;
};

const CHANGED = ok({ changed: true });
const UNCHANGED = ok({ changed: false });
const never = () => false;

/** Does all steps on one resource. */
export type Job = (context: JobContext) => Promise<StepOutcome[]>;

/** The jobs of a plan, in waves. A later wave needs what an earlier wave has created. */
export function jobsOf(steps: readonly Step[]): readonly Job[][] {
  const to = <Do extends Step['do']>(...kinds: Do[]) =>
    steps.filter((step): step is StepTo<Do> => kinds.includes(step.do as Do));
  const byResource = Map.groupBy(to('add-member'), ({ resource }) => resource);
  return [
    to('create-role', 'add-permissions').map((step) => (context) => defineRole(step, context)),
    to('create-secret', 'label-secret').map((step) => (context) => makeSecret(step, context)),
    [...byResource].map(
      ([resource, members]): Job =>
        (context) =>
          addMembers(resource, members, context),
    ),
  ];
}

async function defineRole(
  step: StepTo<'create-role' | 'add-permissions'>,
  { administration: { roles }, created, waits, signal }: JobContext,
): Promise<StepOutcome[]> {
  const attempt = async (): Promise<Result<{ changed: boolean }, Failure>> => {
    const held = await roles.read(step.resource, signal);
    if (!held.ok) return held;
    const role = held.value;
    if (role === 'missing') {
      // The plan adds permissions to a role that somebody has deleted since. It needs another plan.
      if (step.do !== 'create-role') return gone(step.resource);
      const made = await roles.create(step.resource, step, signal);
      if (!made.ok) return made;
      created.add(step.resource);
      return CHANGED;
    }
    if (role.state !== 'live') {
      return err({ reason: 'policy-refused', detail: `the role is ${role.state}` });
    }
    const lacking = step.permissions.filter((permission) => !role.permissions.has(permission));
    if (lacking.length === 0) return UNCHANGED;
    const extended = await roles.extend(role, lacking, signal);
    return extended.ok ? CHANGED : extended;
  };
  return [{ step, outcome: await converge(attempt, never, signal, waits) }];
}

async function makeSecret(
  step: StepTo<'create-secret' | 'label-secret'>,
  { administration: { secrets }, created, waits, signal }: JobContext,
): Promise<StepOutcome[]> {
  const { resource, labels } = step;
  const attempt = async (): Promise<Result<{ changed: boolean }, Failure>> => {
    const held = await secrets.read(resource, signal);
    if (!held.ok) return held;
    const secret = held.value;
    if (secret === 'missing') {
      if (step.do !== 'create-secret') return gone(resource);
      const made = await secrets.create(resource, labels, step.replication, signal);
      if (!made.ok) return made;
      created.add(resource);
      return CHANGED;
    }
    const isLabelled = Object.entries(labels).every(([key, value]) => secret.labels[key] === value);
    if (isLabelled) return UNCHANGED;
    const labelled = await secrets.label(secret, labels, signal);
    return labelled.ok ? CHANGED : labelled;
  };
  return [{ step, outcome: await converge(attempt, never, signal, waits) }];
}

/** One read-modify-write for all members. If IAM refuses it, each member gets its own, so that a member that does not exist keeps no other out. */
async function addMembers(
  resource: string,
  steps: readonly StepTo<'add-member'>[],
  context: JobContext,
): Promise<StepOutcome[]> {
  const outcome = await addTogether(resource, steps, context, steps.length === 1);
  const isRefused = !outcome.ok && outcome.error.reason === 'policy-refused';
  if (!isRefused || steps.length === 1) {
    const changed = new Set(outcome.ok ? outcome.value : []);
    return steps.map((step) => ({
      step,
      outcome: outcome.ok ? ok({ changed: changed.has(step) }) : outcome,
    }));
  }
  const done: StepOutcome[] = [];
  for (const step of steps) done.push(...(await addMembers(resource, [step], context)));
  return done;
}

/** @returns the steps that this call has done */
function addTogether(
  resource: string,
  steps: readonly StepTo<'add-member'>[],
  { administration: { policies }, created, waits, signal }: JobContext,
  isAlone: boolean,
): Promise<Result<readonly Step[], Failure>> {
  let written: readonly Step[] = [];
  const attempt = async (): Promise<Result<readonly Step[], Failure>> => {
    const held = await policies.read(resource, signal);
    if (!held.ok) return held;
    const lacking = steps.filter((step) => !hasAddition(held.value, step));
    if (lacking.length === 0) return ok(written);
    written = lacking;
    const answer = await policies.write(resource, withMembers(held.value, lacking), signal);
    return answer.ok ? ok(lacking) : answer;
  };
  const isNew = ({ reason }: Failure): boolean =>
    (reason === 'policy-missing' && created.has(resource)) ||
    (reason === 'policy-refused' && isAlone && steps.some(({ role }) => created.has(role)));
  return converge(attempt, isNew, signal, waits);
}

const gone = (resource: string) =>
  err<Failure>({
    reason: 'policy-missing',
    detail: `${resource} does not exist any more: make another plan`,
  });
