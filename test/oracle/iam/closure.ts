import { can, isGranted, type Moment } from './access.ts';
import type { Who } from './members.ts';
import { type Arrow, arrowsOf, type Enough, type Reach, reachOf, type Way } from './mint.ts';
import type { Power } from './power.ts';
import { type ChainObject, movesIn, powersIn } from './powers.ts';
import { taggingsIn } from './tags.ts';
import { member, type World } from './world.ts';

/** A power that was used, by one of the attacker's identities, for all of them. */
export type Step = {
  readonly power: Power;
  readonly by: Who;
  readonly members: readonly Who[];
};

/** How an attacker got a credential of an account. */
export type Gain = { readonly steps: readonly Step[]; readonly way: Way | 'key' };

/** What holds for all attackers of a world at one instant. */
export type Rules = {
  readonly caller: string;
  readonly object: ChainObject | undefined;
  readonly moment: Moment;
  readonly enough: Enough;
  /** Who can mint what in the world as it is. */
  readonly arrow: Arrow;
};

type Attack = {
  readonly who: Who;
  world: World;
  readonly keys: Set<string>;
  commandsCaller: boolean;
  readonly steps: Step[];
  readonly gains: Map<string, Gain>;
};

/** All principals of a world: people and accounts. */
export const identitiesOf = (world: World, people: readonly Who[]): Who[] => [
  ...people,
  ...world.accounts.map(member),
];

/**
 * Every account of which somebody gets a credential, if it uses every power that it has, and then those that it has gained. No power takes
 * access away from its user, but a move of a project and a tag can. So they come last, each in a world of its own.
 */
export const gainsOf = (world: World, who: Who, rules: Rules): Map<string, Gain> =>
  attackOf(world, who, rules).gains;

/** The same, and whether it decides what the caller of the chains mints. */
export function attackOf(
  world: World,
  who: Who,
  rules: Rules,
): Pick<Attack, 'gains' | 'commandsCaller'> {
  const attack: Attack = {
    who,
    world,
    keys: new Set(),
    commandsCaller: false,
    steps: [],
    gains: new Map(),
  };
  const { acts } = exhaust(attack, rules, rules.arrow);
  const isEverything = () =>
    world.accounts.every(({ email, deleted }) => deleted || attack.gains.has(email));
  for (const power of lastPowersOf(attack.world)) {
    if (isEverything()) break;
    const by = userOf(power, attack.world, acts, rules);
    if (by === undefined) continue;
    const moved = structuredClone(attack.world);
    power.use(moved, []);
    const steps = [...attack.steps, { power, by, members: [] }];
    const after = { ...attack, world: moved, keys: new Set(attack.keys), steps };
    exhaust(after, rules);
    attack.commandsCaller ||= after.commandsCaller;
  }
  return attack;
}

/** Every attacker begins in the same world. */
const powers = new WeakMap<World, readonly Power[]>();
function powersOf(world: World, object: ChainObject | undefined): readonly Power[] {
  const known = powers.get(world) ?? powersIn(world, object);
  powers.set(world, known);
  return known;
}
const lastPowers = new WeakMap<World, readonly Power[]>();
function lastPowersOf(world: World): readonly Power[] {
  const known = lastPowers.get(world) ?? [...movesIn(world), ...taggingsIn(world)];
  lastPowers.set(world, known);
  return known;
}

/** Uses every power but moves and tags until nothing changes. */
function exhaust(attack: Attack, rules: Rules, known?: Arrow): Reach {
  const used = new Map<string, number>();
  for (let arrow = known; ; arrow = undefined) {
    const reach = look(attack, rules, arrow);
    const acts = [...reach.acts];
    const steps: Step[] = [];
    for (const power of powersOf(attack.world, rules.object)) {
      const key = `${power.name} ${power.on}`;
      // For more identities, a policy is set again.
      if (used.get(key) === acts.length || isIdle(power, attack.world)) continue;
      const by = userOf(power, attack.world, acts, rules);
      if (by === undefined) continue;
      used.set(key, acts.length);
      steps.push({ power, by, members: acts });
    }
    if (steps.length === 0) return reach;
    attack.world = structuredClone(attack.world);
    for (const step of steps) {
      step.power.use(attack.world, step.members);
      if (step.power.keyOf !== undefined) attack.keys.add(step.power.keyOf);
      if (step.power.commandsCaller) attack.commandsCaller = true;
      attack.steps.push(step);
    }
  }
}

/** What the attacker can mint now. New gains are kept, with the steps so far. */
function look({ who, world, keys, gains, ...attack }: Attack, rules: Rules, known?: Arrow): Reach {
  const steps = [...attack.steps];
  const usable = world.accounts.filter(({ disabled, deleted }) => !disabled && !deleted);
  const keyed = usable.filter(({ email }) => keys.has(email));
  const others = attack.commandsCaller ? [`serviceAccount:${rules.caller}`] : [];
  const arrow = known ?? arrowsOf(world, [who, ...usable.map(member)], rules.moment)(rules.enough);
  const reach = reachOf(world, [who, ...keyed.map(member)], others, arrow);
  for (const { email } of keyed) if (!gains.has(email)) gains.set(email, { steps, way: 'key' });
  for (const [email, way] of reach.ways) if (!gains.has(email)) gains.set(email, { steps, way });
  return reach;
}

/** Who of the attacker's identities can use the power. Verdicts of one world at one moment are judged once. */
const userOf = (power: Power, world: World, acts: Iterable<Who>, { moment, enough }: Rules) =>
  power.needs.some(([permission, on]) => !isGranted(world, permission, on))
    ? undefined
    : [...acts].find((by) =>
        power.managers
          ? moment.knowsGroups && power.managers.includes(by)
          : power.needs.every(([permission, on]) =>
              enough(verdict(world, by, permission, on, moment)),
            ),
      );
const verdicts = new WeakMap<World, Map<string, ReturnType<typeof can>>>();
function verdict(world: World, by: Who, permission: string, on: string, moment: Moment) {
  const known = verdicts.get(world) ?? new Map<string, ReturnType<typeof can>>();
  verdicts.set(world, known);
  const key = `${by} ${permission} ${on} ${moment.at} ${moment.knowsGroups} ${moment.knowsSets} ${moment.anyOf}`;
  if (!known.has(key)) known.set(key, can(world, by, permission, on, moment));
  return known.get(key);
}

/** The power would change nothing. */
function isIdle(power: Power, world: World): boolean {
  const role = world.roles.find(({ name }) => name === power.on);
  if (role) return power.name === 'undelete a role' ? !role.deleted : role.deleted === true;
  const account = world.accounts.find(({ email }) => power.on.endsWith(`/${email}`));
  return power.name === 'enable an account' && !account?.disabled;
}
