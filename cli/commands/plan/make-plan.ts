import deployed from '../../../deploy/roles.json' with { type: 'json' };
import type { Inventory } from '../../../shared/domain/apply/inventory.ts';
import type { Obstacle } from '../../../shared/domain/apply/obstacle.ts';
import { type Plan, planOf } from '../../../shared/domain/apply/plan.ts';
import { MINTER_ROLE_ID } from '../../../shared/domain/apply/wanted.ts';
import { err, ok, type Result } from '../../../shared/domain/basics/result.ts';
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import type { Wire } from '../../../shared/google/wire/wire.ts';
import { readChainFile } from '../../operator/chain-file.ts';
import { chainsCalled } from '../../operator/choose.ts';
import { LOCAL_NOTICE } from '../../operator/open.ts';
import { type OperatorCloud, operatorCloud } from '../../operator/operator.ts';
import { type ReadSource, readSource } from '../../operator/source.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { inventoryOf } from './inventory.ts';

/** Reads what IAM and Secret Manager have, and compares it with what a chain file wants. */
export async function planAgainst(
  file: ChainFile,
  { cloud, administration }: Pick<OperatorCloud, 'cloud' | 'administration'>,
  io: Pick<Io, 'now' | 'signal'>,
): Promise<{ readonly inventory: Inventory; readonly plan: Plan }> {
  const { policies } = cloud;
  const inventory = await inventoryOf(file, MINTER_ROLE, { policies, administration }, io.signal);
  return { inventory, plan: planOf(file, inventory, MINTER_ROLE, io.now()) };
}

/** Inputs that a test replaces: the reader of the chain file, and the network. */
export type PlanInputs = { readonly read?: ReadSource; readonly wire?: Wire };

export type OpenedPlan = {
  readonly file: ChainFile;
  readonly digest: string;
  readonly operator: OperatorCloud;
  readonly inventory: Inventory;
  readonly plan: Plan;
  /** Reads IAM and Secret Manager again, and compares them with a file. */
  readonly replan: (
    file: ChainFile,
  ) => Promise<{ readonly inventory: Inventory; readonly plan: Plan }>;
};

const { includedPermissions: permissions, title, description } = deployed[MINTER_ROLE_ID];
export const MINTER_ROLE = { title, description, permissions };

/**
 * Reads the chain file, and compares it with IAM and Secret Manager. Prints what is wrong.
 *
 * @param options.chain the names of the chains to plan; by default, all chains
 * @returns the exit code if the command cannot go on
 */
export async function makePlan(
  { source, chain = [] }: { readonly source: string; readonly chain?: readonly string[] },
  io: Io,
  { read = readSource(io), wire }: PlanInputs,
): Promise<Result<OpenedPlan, Exit>> {
  const opened = await readChainFile(source, io, read);
  if (!opened.ok) return opened;
  const chosen = chain.length > 0 ? chainsCalled(opened.value.file, chain) : undefined;
  if (chosen && !chosen.ok) {
    io.err(`${source}: ${chosen.error}\n`);
    return err(2);
  }
  const file = chosen ? { ...opened.value.file, chains: chosen.value } : opened.value.file;
  const opening = await operatorCloud(io, wire);
  if (!opening.ok) {
    io.err(`${opening.error}\n`);
    return err(2);
  }
  const operator = opening.value;
  if (operator.local) io.err(LOCAL_NOTICE);
  const replan = (wanted: ChainFile) => planAgainst(wanted, operator, io);
  const { digest } = opened.value.version;
  return ok({ file, digest, operator, replan, ...(await replan(file)) });
}

const REFUSED: ReadonlySet<Obstacle['kind']> = new Set([
  'api-disabled',
  'permission-missing',
  'unread',
]);

/** The cloud does not let us read, or does not let us write. */
export const isRefused = (obstacles: readonly Obstacle[]): boolean =>
  obstacles.some(({ kind }) => REFUSED.has(kind));
