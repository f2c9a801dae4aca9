import { can, momentOf } from '../iam/access.ts';
import { includes, type Who } from '../iam/members.ts';
import { type Arrow, arrowsOf, certain, DELEGATE, MINTS, reachOf } from '../iam/mint.ts';
import {
  accountNamed,
  accountResource,
  bindingsOf,
  lineOf,
  projectOf,
  type Resource,
} from '../iam/world.ts';
import { PROJECTS } from '../scenario/names.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { actorsIn, everGained } from './attackers.ts';
import { type Finding, membersOf, type Report } from './audit.ts';
import type { Disagreement } from './disagreement.ts';

/**
 * With `actAs` on the account, it is enough to run new code as the account.
 *
 * @see https://cloud.google.com/run/docs/reference/iam/permissions
 */
const DEPLOY = 'run.services.create';

/** Every member that the report blames without a doubt, although it cannot. A member is right if one of those that it includes can. */
export function compareBlamed(
  scenario: Scenario,
  report: Report,
  instants: readonly number[],
): Disagreement[] {
  const { world } = scenario;
  const actors = actorsIn(scenario);
  const reached = reachedIn(scenario, instants);
  const withActAs = reachedIn(scenario, instants, true);
  const doubtOf = (member: string, name: string): string => {
    if (accountNamed(world, name)?.disabled) return ', but the account is disabled';
    return cannot(member, name, withActAs)
      ? ''
      : ', but it needs something that runs as the account';
  };
  const cannot = (member: string, name: string, by = reached): boolean => {
    const email = accountNamed(world, name)?.email ?? name;
    const included = actors.filter((who) => includes(world, member, who) !== false);
    const gets = (who: Who) => who === `serviceAccount:${email}` || by.get(who)?.has(email);
    return included.length > 0 && !included.some(gets);
  };
  const secretLine = lineOf(world, PROJECTS[0]);
  /** The oracle does not follow who reads a secret, also by a role that somebody edits on its project or above. */
  const getsSecret = (steps: readonly { readonly permission: string; readonly on: string }[]) =>
    steps.some(
      ({ permission, on }) =>
        on.includes('/secrets/') ||
        (permission.startsWith('iam.roles.') &&
          secretLine.some((holder) => bindingsOf(world, holder).some(({ role }) => role === on))),
    );
  const found: Disagreement[] = [];
  for (const finding of report.findings.filter(isBlame)) {
    for (const member of membersOf(finding)) {
      const { kind, account = '', evidence } = finding;
      // A finding about several accounts is right if the member gets one of them.
      if (![account, ...(evidence.accounts ?? [])].every((name) => cannot(member, name))) continue;
      found.push({
        kind: `blamed: ${kind}${doubtOf(member, account)}`,
        text: `${member} is in ${kind} on ${account}, and cannot. ${evidence.summary}`,
      });
    }
  }
  for (const { name, reach } of report.chains) {
    const target = scenario.file.chains.find((chain) => chain.name === name)?.target ?? '';
    for (const { member, possible, steps } of reach) {
      if (possible || !cannot(member, target) || getsSecret(steps)) continue;
      found.push({
        kind: `blamed: reach${doubtOf(member, target)}`,
        text: `${member} is in the reach of ${name}, and cannot get ${target}: ${JSON.stringify(steps)}`,
      });
    }
  }
  return found;
}

/** Google's answer may differ from one instant to the next: each step may come at another one. */
function reachedIn(
  scenario: Scenario,
  instants: readonly number[],
  withActAs = false,
): ReadonlyMap<Who, ReadonlySet<string>> {
  const { world } = scenario;
  const actors = actorsIn(scenario);
  const arrows = instants.map((at) => arrowsOf(world, actors, momentOf(at))(certain));
  const arrow: Arrow = (who, permission, email) =>
    arrows.some((one) => one(who, permission, email)) ||
    (permission === MINTS[0] && actsAs(who, email) && (withActAs || deploys(who, email)));
  const canEver = (who: Who, permission: string, resource: Resource) =>
    instants.some((at) => can(world, who, permission, resource, momentOf(at)) === true);
  const actsAs = (who: Who, email: string) =>
    canEver(who, 'iam.serviceAccounts.actAs', accountResource(email));
  const deploys = (who: Who, email: string) => canEver(who, DEPLOY, `projects/${projectOf(email)}`);
  const ever = everGained(scenario, instants);
  return new Map(
    actors.map((who) => {
      const { acts, ways } = reachOf(world, [who], [], arrow);
      const delegated = world.accounts.filter(({ email }) =>
        [...acts].some((by) => arrow(by, DELEGATE, email)),
      );
      const gained = ever.get(who) ?? [];
      return [who, new Set([...ways.keys(), ...delegated.map(({ email }) => email), ...gained])];
    }),
  );
}

const isBlame = ({ kind, severity, evidence }: Finding): boolean =>
  /^(unexpected-impersonator|public|shortcut)$/.test(kind) &&
  severity !== 'info' &&
  !evidence.possible &&
  // Some of the members of a finding may be certain, and others possible.
  !/disabled|may be able/i.test(evidence.summary ?? '') &&
  // Who writes the published file does not become an account.
  !evidence.permissions?.every((permission) => permission.startsWith('storage.'));
