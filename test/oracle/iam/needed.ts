import { can } from './access.ts';
import type { Gain, Rules, Step } from './closure.ts';
import type { Who } from './members.ts';
import { arrowsOf, reachOf } from './mint.ts';
import { member, type World } from './world.ts';

/** The steps that a gain needs: it fails without any one of them. */
export function neededSteps(
  world: World,
  who: Who,
  email: string,
  { steps }: Gain,
  rules: Rules,
): readonly Step[] {
  let needed = steps;
  for (const step of [...steps].reverse()) {
    const fewer = needed.filter((one) => one !== step);
    if (works(world, who, email, fewer, rules)) needed = fewer;
  }
  return needed;
}

function works(
  world: World,
  who: Who,
  email: string,
  steps: readonly Step[],
  { moment, enough, caller }: Rules,
): boolean {
  let now = structuredClone(world);
  const keys = new Set<string>();
  let others: Who[] = [];
  const reachNow = () => {
    const keyed = now.accounts.filter((one) => keys.has(one.email) && !one.disabled);
    const start = [who, ...keyed.map(member)];
    const arrow = arrowsOf(now, [who, ...now.accounts.map(member)], moment)(enough);
    return reachOf(now, start, others, arrow);
  };
  for (const { power, by } of steps) {
    const { acts } = reachNow();
    const isAble = power.managers
      ? power.managers.includes(by)
      : power.needs.every(([permission, on]) => enough(can(now, by, permission, on, moment)));
    if (!acts.has(by) || !isAble) return false;
    now = structuredClone(now);
    power.use(now, [...acts]);
    if (power.keyOf !== undefined) keys.add(power.keyOf);
    if (power.commandsCaller) others = [`serviceAccount:${caller}`];
  }
  const { acts, ways } = reachNow();
  return ways.has(email) || acts.has(`serviceAccount:${email}`);
}
