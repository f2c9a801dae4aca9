import { writeFile } from 'node:fs/promises';
import { commandOf } from '../../../shared/domain/apply/gcloud-commands.ts';
import { withPositions } from '../../../shared/domain/apply/obstacles.ts';
import { isEmpty } from '../../../shared/domain/apply/plan.ts';
import { wantedOf } from '../../../shared/domain/apply/wanted.ts';
import { costOf } from '../../../shared/domain/cost/chains-cost.ts';
import { toJson } from '../../../shared/report/json.ts';
import { costText } from '../../../shared/report/plan/cost-text.ts';
import { planDocumentOf } from '../../../shared/report/plan/json.ts';
import { planTerraform } from '../../../shared/report/plan/terraform.ts';
import { planText } from '../../../shared/report/plan/text.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import type { Format } from './formats.ts';
import { isRefused, MINTER_ROLE, makePlan, type OpenedPlan, type PlanInputs } from './make-plan.ts';
import { paintFor } from './paint.ts';
import { missingRights } from './rights.ts';

export type PlanOptions = {
  readonly source: string;
  readonly json: boolean;
  readonly format?: Format;
  /** The names of the chains to plan. By default, all. */
  readonly chain?: readonly string[];
  /** The path to save the plan to. */
  readonly out?: string;
  readonly cost?: boolean;
};

/** Shows how IAM and Secret Manager differ from what the chain file wants. Writes to neither. */
export async function plan(options: PlanOptions, io: Io, given: PlanInputs = {}): Promise<Exit> {
  const made = await makePlan(options, io, given);
  if (!made.ok) return made.error;
  const { file, plan, digest, operator } = made.value;
  const format = options.format ?? (options.json ? 'json' : 'text');
  const document = planDocumentOf(plan, digest, io.now());

  if (options.out !== undefined) {
    try {
      await writeFile(options.out, toJson(document));
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      io.err(`${options.out} cannot be written (${code ?? 'unknown error'})\n`);
      return 2;
    }
    io.err(
      `saved as ${options.out}: "./hopmint apply ${options.out}" applies it if the plan has not changed by then\n`,
    );
  }
  const missing = await missingRights(plan, operator.administration, io.signal);
  const rights = withPositions(missing, file);
  if (format !== 'text' && !options.cost) {
    for (const { resource, text } of [...plan.obstacles, ...rights])
      io.err(`! ${resource}: ${text}\n`);
  }
  io.out(options.cost ? costOutput(made.value, format === 'json') : outputOf(made.value, format));
  if (isRefused(plan.obstacles)) return 3;
  return isEmpty(plan) ? 0 : 1;

  function outputOf({ file, inventory }: OpenedPlan, as: Format): string {
    switch (as) {
      case 'text':
        return planText(plan, rights, paintFor(io));
      case 'json':
        return toJson(document);
      case 'gcloud':
        return plan.steps.map((step) => `${commandOf(step)}\n`).join('');
      case 'terraform': {
        const wanted = wantedOf(file, inventory.accounts, MINTER_ROLE);
        return planTerraform(file, wanted, inventory, io.now());
      }
    }
  }
}

function costOutput({ file, inventory }: OpenedPlan, json: boolean): string {
  const cost = costOf(file, inventory.secrets);
  return json ? toJson(cost) : costText(cost);
}
