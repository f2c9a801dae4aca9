import { instantsOf } from '../iam/instants.ts';
import { NOW } from '../scenario/names.ts';
import { accountsOf, type Scenario } from '../scenario/scenario.ts';
import { actorsIn, attackersIn, compareAttackers, isIncomplete } from './attackers.ts';
import { auditOf, chainFileOf, type Report } from './audit.ts';
import { compareBlamed } from './blamed.ts';
import { openWorld } from './cloud.ts';
import type { Disagreement } from './disagreement.ts';
import { compareHops } from './hops.ts';
import { compareMints } from './mints.ts';
import { performAttacks } from './perform.ts';

export type Checked = {
  readonly found: readonly Disagreement[];
  readonly counts: {
    readonly mints: number;
    readonly hops: number;
    readonly attackers: number;
    readonly attacks: number;
  };
  /** Calls that the local cloud cannot do yet, by power. */
  readonly missing: Readonly<Record<string, number>>;
  /** The names of the holes that are found in this world. */
  readonly holes: readonly string[];
};
export type Depth = {
  /** The most instants at which everybody mints and attacks. */
  readonly instants: number;
  /** Whether everybody mints at each of them, also where the oracle says the same as before. */
  readonly everyCall: boolean;
  /** The most attackers whose attack is performed. */
  readonly performed: number;
  /** The most calls at an instant for which the oracle says no. By default, all of them. */
  readonly refused?: number;
  /** Changes the report before it is compared, as a fault of the audit would. */
  readonly plant?: Plant | undefined;
  /** Faults of the audit, by name. The oracle says of which of them the attackers show a sign. The comparison itself has the true report. */
  readonly holes?: Readonly<Record<string, Plant>>;
};
export type Plant = (report: Report) => Report;

/** Compares the oracle, the local cloud and the audit in one world. */
export async function check(
  scenario: Scenario,
  { instants: most, everyCall, performed, refused, plant, holes = {} }: Depth,
): Promise<Checked> {
  const file = chainFileOf(scenario.file, new Date(NOW));
  const instants = instantsOf(scenario.world, NOW, { most: most + 1 });
  const few = instants.slice(0, most);
  const cloud = await openWorld(scenario.world, NOW);
  try {
    const audited = await auditOf(cloud, file);
    const report = plant ? plant(audited) : audited;
    const attackers = attackersIn(scenario, few);
    const minted = await compareMints(cloud, scenario, actorsIn(scenario), few, {
      everyCall,
      refused,
    });
    const able = attackers.filter(({ gains }) => gains.size > 0);
    const attacked = await performAttacks(scenario, able.slice(0, performed));
    return {
      found: [
        ...minted.found,
        ...attacked.found,
        ...compareHops(scenario, report, NOW),
        ...compareAttackers(scenario, report, attackers),
        // An instant that was left out may be the one at which somebody can.
        ...(few.length === instants.length ? compareBlamed(scenario, report, instants) : []),
      ],
      counts: {
        mints: minted.mints,
        hops: scenario.file.chains.flatMap((chain) => accountsOf(scenario.file, chain).slice(1))
          .length,
        attackers: able.length,
        attacks: attacked.tried,
      },
      missing: attacked.missing,
      holes: Object.entries(holes).flatMap(([name, hole]) =>
        isIncomplete(scenario, hole(report), attackers) ? [name] : [],
      ),
    };
  } finally {
    await cloud.close();
  }
}
