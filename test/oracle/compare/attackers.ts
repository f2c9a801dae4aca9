import { type Moment, momentOf } from '../iam/access.ts';
import { attackOf, type Gain, gainsOf, identitiesOf, type Rules } from '../iam/closure.ts';
import { includes, type Who } from '../iam/members.ts';
import { arrowsOf, certain } from '../iam/mint.ts';
import { neededSteps } from '../iam/needed.ts';
import type { ChainObject } from '../iam/powers.ts';
import { accountResource, lineOf } from '../iam/world.ts';
import { PEOPLE } from '../scenario/names.ts';
import { accountsOf, type FileText, type Scenario } from '../scenario/scenario.ts';
import { type Finding, membersOf, type Report } from './audit.ts';
import { type Disagreement, instantOf } from './disagreement.ts';
import { expectedOf, guardedBy } from './expected.ts';

/** What somebody gets at an instant, with every power. */
export type Attacker = {
  readonly who: Who;
  readonly at: number;
  readonly gains: ReadonlyMap<string, Gain>;
};

export const objectOf = ({ publishTo }: FileText): ChainObject | undefined => {
  const [, bucket, name] = /^gs:\/\/([^/]+)\/(.+)$/.exec(publishTo ?? '') ?? [];
  return bucket === undefined || name === undefined ? undefined : { bucket, name };
};

/** Everybody who can act: people, and accounts that are enabled. */
export const actorsIn = ({ world }: Scenario): Who[] =>
  identitiesOf(
    { ...world, accounts: world.accounts.filter((one) => !one.disabled && !one.deleted) },
    PEOPLE,
  );

const rulesFor = ({ world, file }: Scenario, actors: readonly Who[], moment: Moment): Rules => ({
  caller: file.caller,
  object: objectOf(file),
  moment,
  enough: certain,
  arrow: arrowsOf(world, actors, moment)(certain),
});

/** What the oracle says of everybody, at each instant that differs. */
export function attackersIn(scenario: Scenario, instants: readonly number[]): Attacker[] {
  const actors = actorsIn(scenario);
  return instants.flatMap((at) => {
    const rules = rulesFor(scenario, actors, momentOf(at));
    return actors.map((who) => ({ who, at, gains: gainsOf(scenario.world, who, rules) }));
  });
}

/** What everybody could get if each step may come at another one of the instants. */
export function everGained(scenario: Scenario, instants: readonly number[]): Map<Who, Set<string>> {
  const [first = 0] = instants;
  const actors = actorsIn(scenario);
  const rules = rulesFor(scenario, actors, { ...momentOf(first), anyOf: instants });
  return new Map(
    actors.map((who) => {
      const { gains, commandsCaller } = attackOf(scenario.world, who, rules);
      return [who, new Set([...gains.keys(), ...(commandsCaller ? [rules.caller] : [])])];
    }),
  );
}

const ACCESS = /^(public|unexpected-|shortcut|overgrant|escalation|file-writers|exception-)/;

/**
 * Whether a finding, or the reach of a chain, names this principal.
 *
 * @param email only what concerns this account: it, something above it, or a chain with it
 */
export function isNamed(
  { world, file }: Scenario,
  report: Report,
  who: Who,
  email?: string,
): boolean {
  const chains = file.chains
    .filter((chain) => email === undefined || accountsOf(file, chain).includes(email))
    .map(({ name }) => name);
  const concerns = ({ account, chain, chains: several, evidence }: Finding) =>
    email === undefined ||
    account === email ||
    evidence.accounts?.includes(email) === true ||
    lineOf(world, accountResource(email)).includes(evidence.resource ?? '') ||
    [chain, ...(several ?? []), ...(evidence.chains ?? [])].some(
      (name) => name !== undefined && chains.includes(name),
    );
  const members = [
    ...report.findings
      .filter((finding) => ACCESS.test(finding.kind) && concerns(finding))
      .flatMap(membersOf),
    ...report.chains
      .filter(({ name }) => chains.includes(name))
      .flatMap(({ reach }) => reach.map(({ member }) => member)),
  ];
  return members.some((member) => includes(world, member, who) !== false);
}

/** Somebody who can, and is not in the report. */
type Missing = Attacker & { readonly email: string; readonly gain: Gain };

/**
 * Everybody who can, and is not in the report. A principal that reaches an account only as another one, which the chain file gives to it, needs no
 * finding if that one has one.
 */
export const compareAttackers = (
  scenario: Scenario,
  report: Report,
  attackers: readonly Attacker[],
): Disagreement[] =>
  [...missingIn(scenario, report, attackers)].map(({ who, at, email, gain }) => {
    const { world } = scenario;
    const rules = rulesFor(scenario, actorsIn(scenario), momentOf(at));
    const steps = neededSteps(world, who, email, gain, rules);
    const powers = [...new Set(steps.map(({ power }) => power.name))].sort();
    return {
      kind: `${isNamed(scenario, report, who) ? 'named elsewhere' : 'unnamed'}: ${powers.join(', ') || 'mint'}${throughOf(scenario, who, email, at)}`,
      text: `${who} gets a credential of ${email}, and no finding about this account names it. ${storyOf(email, { ...gain, steps }, at)}`,
    };
  });

/** Whether somebody who can is not in the report. */
export const isIncomplete = (...given: Parameters<typeof missingIn>): boolean =>
  !missingIn(...given).next().done;

function* missingIn(
  scenario: Scenario,
  report: Report,
  attackers: readonly Attacker[],
): Generator<Missing> {
  const { world, file } = scenario;
  const guarded = guardedBy(file);
  const missing = new Set<Who>();
  for (const { who, at, gains } of attackers) {
    if (missing.has(who) || gains.size === 0) continue;
    const expected = expectedOf(world, file, who);
    const granted = expectedOf(world, file, who, false);
    const isExplained = (email: string) =>
      attackers.some(
        (other) =>
          other.who !== who &&
          other.at === at &&
          expected.has(other.who.replace('serviceAccount:', '')) &&
          other.gains.has(email) &&
          isNamed(scenario, report, other.who, email),
      );
    for (const [email, gain] of gains) {
      // A declaration never hides a grant that mints.
      const isExpected = (gain.steps.length === 0 ? granted : expected).has(email);
      if (!guarded.has(email) || isExpected || isExplained(email)) continue;
      if (isNamed(scenario, report, who, email)) continue;
      missing.add(who);
      yield { who, at, gains, email, gain };
      break;
    }
  }
}

/** Whether the attacker needs a membership that a reader of policies may not know. */
function throughOf(scenario: Scenario, who: Who, email: string, at: number): string {
  const gainsWith = (part: Partial<Moment>) => {
    const rules = rulesFor(scenario, actorsIn(scenario), { ...momentOf(at), ...part });
    return gainsOf(scenario.world, who, rules).has(email);
  };
  if (!gainsWith({ knowsGroups: false })) return ', through a group';
  return gainsWith({ knowsSets: false }) ? '' : ', through a principal set';
}

/** The steps in plain words. */
export function storyOf(email: string, { steps, way }: Gain, at: number): string {
  const sentences = steps.map(
    ({ by, power }) =>
      `${by} can ${power.name}: ${power.on}${power.to === undefined ? '' : ` to ${power.to}`}.`,
  );
  const last =
    way === 'key'
      ? `It has a key of ${email}.`
      : `${way.by} mints ${[...way.delegates, email].join(' → ')} (${way.permission}).`;
  return [`At ${instantOf(at)}:`, ...sentences, last].join(' ');
}
