import type { Inventory } from '../../../shared/domain/apply/inventory.ts';
import type { Obstacle } from '../../../shared/domain/apply/obstacle.ts';
import type { Plan } from '../../../shared/domain/apply/plan.ts';
import { printable } from '../../../shared/domain/basics/text/printable.ts';
import { type Account, idOf, nameOf } from '../../../shared/domain/chain/account.ts';
import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import { projectOfSecret } from '../../../shared/domain/chain/secret.ts';

/** A chain for which `./hopmint plan` has something to do. */
export type Unapplied = {
  readonly chain: string;
  readonly steps: number;
  /** What `./hopmint apply` cannot do, in sentences. */
  readonly obstacles: readonly string[];
};

/** A chain of which it is not known whether `./hopmint plan` has something to do. */
export type Unknown = { readonly chain: string; readonly reason: string };

export type Applied = {
  readonly unapplied: readonly Unapplied[];
  readonly unknown: readonly Unknown[];
};

export const unknownFor = (chains: readonly Chain[], reason: string): Applied => ({
  unapplied: [],
  unknown: chains.map(({ name: chain }) => ({ chain, reason })),
});

const UNREAD: readonly Obstacle['kind'][] = ['unread', 'api-disabled'];
const textOf = ({ resource, text }: Obstacle): string => printable(`${resource}: ${text}`);

export function appliedOf(file: ChainFile, plan: Plan, inventory: Inventory): Applied {
  const stepsOf = new Map<string, number>();
  for (const { serves } of plan.steps) {
    for (const chain of new Set(serves.map((one) => one.chain))) {
      stepsOf.set(chain, (stepsOf.get(chain) ?? 0) + 1);
    }
  }
  const unread = plan.obstacles.filter(({ kind }) => UNREAD.includes(kind));
  const obstacles = plan.obstacles.filter(({ kind }) => !UNREAD.includes(kind));
  const unapplied = file.chains.flatMap(({ name: chain }): Unapplied[] => {
    const own = obstacles.filter(({ chains }) => chains.includes(chain)).map(textOf);
    const steps = stepsOf.get(chain) ?? 0;
    return steps > 0 || own.length > 0 ? [{ chain, steps, obstacles: own }] : [];
  });
  const unknown = file.chains.flatMap((chain): Unknown[] => {
    const first = unread.find(({ resource }) => concerns(resource, chain, file, inventory));
    return first ? [{ chain: chain.name, reason: textOf(first) }] : [];
  });
  return { unapplied, unknown };
}

/** Whether the plan of a chain depends on a resource. */
function concerns(
  resource: string,
  chain: Chain,
  { caller }: ChainFile,
  { accounts }: Inventory,
): boolean {
  const uses = [caller, ...chain.delegates, chain.target];
  const emailOf = (account: Account) => {
    const known = accounts.get(idOf(account));
    return known && known !== 'missing' ? known.email : account.email;
  };
  const projects = uses.flatMap(
    (account) => /@([^.]+)\.iam\./.exec(emailOf(account) ?? '')?.[1] ?? [],
  );
  projects.push(projectOfSecret(chain.secret));
  const account = resource.split('/serviceAccounts/')[1];
  if (account) return uses.some((one) => nameOf(one) === account || emailOf(one) === account);
  if (resource.includes('/secrets/')) return resource === chain.secret;
  const [, project] = /^projects\/([^/]+)/.exec(resource) ?? [];
  return project === undefined || projects.includes(project); // an organization's role, for example, concerns every chain
}
