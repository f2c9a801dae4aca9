import { type Certificate, type Denial, DOUBT, type Reason } from '../certificate/certificate.ts';
import { CAN, IMPERSONATE } from '../certificate/powers.ts';
import { indexOf, lineOf, shieldOf } from '../certificate/snapshot-index.ts';
import { denies } from './denials.ts';
import { holdsWithin, nanosOf } from './time.ts';

/** The cost of getting somewhere, by member. */
export type Costs = Map<string, number>;
type Entry = readonly [who: string, cost: number];
/** Somebody that a member names, with the identity that deny rules see. */
type User = readonly [who: string, cost: number, as: string];

function add(costs: Costs, who: string, cost: number): void {
  if (cost < (costs.get(who) ?? Number.POSITIVE_INFINITY)) costs.set(who, cost);
}

/** The project of a workload pool by number, or `locations` for a workforce pool. */
const poolOwnerOf = (member: string): string | undefined =>
  /^principal\w*:\/\/iam.googleapis.com\/(projects\/\d+|locations)\/.*Pools\//.exec(member)?.[1];

export type Consequences = ReturnType<typeof consequencesOf>;

/** What follows in one step from the sets of a certificate. They are right if exactly the same sets follow. */
export function consequencesOf(certificate: Certificate) {
  const { snapshot, interval, chains, bucket, caller } = certificate;
  const known = indexOf(certificate);
  const [from = 0n, to = 0n] = [nanosOf(interval.from), nanosOf(interval.to)];
  const at = (node: string): Costs => known.sets.get(node) ?? new Map();
  const unread = new Set<string>();
  const denials = new Map<string, Denial>();
  const memory = new Map<string, unknown>();
  function once<T>(key: string, make: () => T): T {
    if (!memory.has(key)) memory.set(key, make());
    return memory.get(key) as T;
  }
  /** Nobody knows who is behind something that was not read. So it is a member itself. */
  function unknownIn(resource: string): Entry {
    unread.add(resource);
    return [`unread:${resource}`, DOUBT];
  }
  const holds = (text: string) => once(`if ${text}`, () => holdsWithin(text, from, to));

  /** The deny rules that surely take a permission away, and the cost of doubt about others. */
  function denialOf(as: string, permission: string, shield: readonly string[]) {
    const [below = ''] = shield;
    return once(`deny ${below} ${as} ${permission}`, () => {
      const found: (Denial & { readonly on: string })[] = [];
      let doubt = shield.every((one) => known.containers.get(one)?.denyRead) ? 0 : DOUBT;
      for (const { on, name, rules } of shield.flatMap(
        (one) => known.denyPolicies.get(one) ?? [],
      )) {
        for (const [i, rule] of rules.entries()) {
          const truth = denies(rule, permission, as, known);
          if (truth === 'unknown') doubt = DOUBT;
          if (truth !== 'yes') continue;
          found.push({ below, who: as, permission, policy: name, rule: i + 1, on });
        }
      }
      return { found, doubt, isFree: found.length === 0 && doubt === 0 };
    });
  }
  /** Everybody that a member names, and everybody who can become one of them. */
  function* usersOf(member: string, permission: string, seen = new Set<string>()): Generator<User> {
    const [, name] = /^serviceAccount:(.+@.+|\d+)$/.exec(member) ?? [];
    const [, gone] = /^deleted:serviceAccount:[^@]+@([^.]+)/.exec(member) ?? [];
    const group = known.groups.get(member);
    if (seen.has(member) || known.missing.has(name ?? '')) return;
    seen.add(member);
    if (name !== undefined) {
      const { email = name, disabled } = known.accounts.get(name) ?? {};
      const as = `serviceAccount:${email}`;
      // Google does not document a unique ID here.
      const doubt = name.includes('@') ? 0 : DOUBT;
      if (!disabled) yield [as, doubt, as];
      if (disabled === undefined) yield [...unknownIn(member), as];
      for (const [who, cost] of at(`act ${email}`)) yield [who, cost + doubt, as];
      if (!IMPERSONATE.has(permission)) return;
      for (const [who, cost] of at(`through ${email}`)) yield [who, cost + doubt, as];
    } else if (group) {
      for (const inner of group.members) yield* usersOf(inner, permission, seen);
      for (const [who, cost] of at(`join ${member}`)) yield [who, cost, who];
      if (!group.complete) yield [member, 0, member];
    } else if (member.startsWith('deleted:')) {
      for (const [who, cost] of at(`undelete projects/${gone}`)) yield [who, cost + DOUBT, who];
    } else {
      if (/^(?:group:|project)|\/type\/ServiceAccount$|\]$/.test(member)) unread.add(member);
      // What a form means that Google does not document is not certain.
      yield [member, /^(?:user|group|domain|all|p)|\]$/.test(member) ? 0 : DOUBT, member];
      for (const entry of at(`pools ${poolOwnerOf(member)}`)) yield [...entry, member];
    }
  }
  /** Those who are in all of these sets. Somebody may be in a set as one of a group, a domain or everybody. */
  function meet(entries: readonly Entry[], nodes: readonly string[]): readonly Entry[] {
    const [node, ...others] = nodes;
    if (node === undefined) return entries;
    const found = entries.flatMap(([who, cost]) =>
      [...at(node)].flatMap(([other, more]): Entry[] => {
        const several = [who, other].filter((one) => !/^(?:user|serviceAccount|key):/.test(one));
        if (who !== other && several.length === 0) return [];
        const isSure = who === other || several.every((one) => one.startsWith('all'));
        return [[several[0] === who ? other : who, Math.max(cost, more) + (isSure ? 0 : DOUBT)]];
      }),
    );
    return meet(found, others);
  }
  /** Everybody who gets a permission from the policy of one resource, on something below these deny rules. */
  function granted(on: string, permission: string, shield: readonly string[]): Costs {
    return once(`${on} ${permission} ${shield[0]}`, () => {
      const costs: Costs = new Map(known.policies.has(on) ? [] : [unknownIn(on)]);
      for (const binding of known.policies.get(on) ?? []) {
        const { role, members, condition = 'true', entitlement } = binding;
        const has = known.roles.get(role)?.has(permission);
        if (has === undefined) unread.add(role);
        const editing = has === false ? [`edit ${role}`] : [];
        if (holds(condition) === 'no' || editing.some((node) => at(node).size === 0)) continue;
        const isSure = has !== undefined && !entitlement && holds(condition) === 'yes';
        for (const [who, cost, as] of members.flatMap((one) => [...usersOf(one, permission)])) {
          const denial = denialOf(as, permission, shield);
          const [first] = denial.found;
          if (first) denials.set(`${first.below} ${as} ${permission}`, first);
          const needed = [...editing, ...denial.found.map((one) => `lift ${one.on}`)];
          const more = (isSure ? 0 : DOUBT) + denial.doubt;
          for (const [one, sum] of meet([[who, cost]], needed)) add(costs, one, sum + more);
        }
      }
      return costs;
    });
  }
  /** Everybody with a permission on everything in a container. A member that sets a policy grants it to itself. */
  function within(container: string, permission: string): Costs {
    return once(`${container} ${permission}`, () => {
      const costs: Costs = new Map();
      const shield = shieldOf(known, container);
      for (const on of lineOf(known, container)) {
        const hasPolicy = known.policies.has(on);
        if (hasPolicy && !known.containers.has(on)) add(costs, ...unknownIn(`above ${on}`));
        for (const entry of granted(on, permission, shield)) add(costs, ...entry);
        for (const [who, cost] of at(`set ${on}`)) {
          add(costs, who, denialOf(who, permission, shield).isFree ? cost : cost + DOUBT);
        }
      }
      return costs;
    });
  }
  const inside = (container: string, can: readonly string[]): Entry[] =>
    can.flatMap((permission) => [...within(container, permission)]);
  /** Everybody with one of these permissions on a resource, or who can get it with one of `set`. */
  function holders(
    name: string,
    container: string,
    can: readonly string[],
    set: readonly string[] = [],
  ) {
    const shield = shieldOf(known, container);
    const direct = (one: string) => [...granted(name, one, shield), ...within(container, one)];
    const setters = set.flatMap(direct).map(([who, cost]): Entry => {
      const isFree = can.some((permission) => denialOf(who, permission, shield).isFree);
      return [who, cost + 1 + (isFree ? 0 : DOUBT)];
    });
    return [...can.flatMap(direct), ...setters];
  }

  const sets = new Map<string, Costs>();
  function into(node: string, entries: Iterable<Entry>, more = 1, also: string[] = []): void {
    const costs = sets.get(node) ?? new Map<string, number>();
    sets.set(node, costs);
    for (const [who, cost] of meet([...entries], also)) add(costs, who, cost + more);
  }
  const bindings = snapshot.policies.flatMap((policy) => policy.bindings);
  const poolOwners = new Set(bindings.flatMap(({ members }) => members.map(poolOwnerOf)));
  for (const { name, denyRead, number = 'locations' } of snapshot.containers) {
    const [kind] = name.split('/');
    if (!denyRead) unread.add(`the deny policies of ${name}`);
    into(`set ${name}`, within(name, `resourcemanager.${kind}.setIamPolicy`));
    into(`set ${name}`, within(name, `resourcemanager.${kind}.move`), 1 + DOUBT);
    if (known.denyPolicies.has(name)) into(`lift ${name}`, inside(name, CAN.liftDeny));
    if (kind === 'projects') into(`undelete ${name}`, inside(name, CAN.undelete));
    const isOwner = kind !== 'folders' && poolOwners.has(number);
    if (isOwner) into(`pools ${number}`, inside(name, CAN.pool));
  }
  for (const { name, state } of snapshot.roles.filter((role) => !role.name.startsWith('roles/'))) {
    const [container = ''] = name.split('/roles/');
    const [can, more] = state === 'deleted' ? [CAN.undeleteRole, DOUBT] : [CAN.updateRole, 0];
    into(`edit ${name}`, inside(container, can), 1 + more);
  }
  for (const { name, administrators } of snapshot.groups) {
    const users = administrators.flatMap((one) => [...usersOf(one, '')]);
    for (const [who, cost] of users) into(`join ${name}`, [[who, cost]]);
  }
  if (bucket !== undefined) {
    const project = snapshot.bucketProject ?? `the project of ${bucket}`;
    into('create', holders(bucket, project, CAN.create, CAN.setBucket), 0);
    into('write', holders(bucket, project, CAN.replace, CAN.setBucket), 1, ['create']);
    // Without the other permission, it can write only if there is no such object.
    into('write', at('create'), 1 + DOUBT);
  }
  for (const { email, project: id, disabled, keys } of snapshot.accounts) {
    const [project, name] = [`projects/${id}`, `projects/${id}/serviceAccounts/${email}`];
    const [act, through] = [`act ${email}`, `through ${email}`];
    const enabled = disabled ? [`enable ${email}`] : [];
    if (disabled) into(`enable ${email}`, holders(name, project, CAN.enable, CAN.setAccount));
    into(act, holders(name, project, CAN.act, CAN.setAccount), 1, enabled);
    into(act, holders(name, project, CAN.actAs), 1 + DOUBT, enabled);
    into(
      act,
      keys ? keys.map((key) => [`key:${name}/${key}`, DOUBT]) : [unknownIn(`${name}/keys`)],
    );
    into(through, holders(name, project, CAN.delegate), 1, enabled);
    into(act, inside(project, CAN.deploy), 1 + DOUBT, enabled);
    if (email === caller) into(through, at('write'), 1, enabled);
  }
  for (const { name: chain, target, kind, secret } of chains) {
    const get = `get ${chain}`;
    // An account that somebody created again has another unique ID.
    const called = target.uniqueId ?? target.email ?? '';
    const account = known.accounts.get(called);
    const readers = holders(secret, `projects/${secret.split('/')[1]}`, CAN.read, CAN.setSecret);
    into(get, readers);
    if (!account && !known.missing.has(called)) into(get, [unknownIn(called)]);
    if (!account) continue;
    const { email, disabled, project: id } = account;
    const [project, name] = [`projects/${id}`, `projects/${id}/serviceAccounts/${email}`];
    const enabled = disabled ? [`enable ${email}`] : [];
    if (!disabled) into(get, [[`serviceAccount:${email}`, 0]], 0);
    into(get, at(`act ${email}`), 0);
    if (kind === 'id-token') into(get, holders(name, project, CAN.idToken), 1, enabled);
    // The scopes of a stored token may be too narrow.
    if (kind === 'access-token') into(`act ${email}`, readers, 1 + DOUBT, enabled);
  }
  const isSomebody = (member: string) => !usersOf(member, CAN.delegate[0] ?? '').next().done;
  const reasons = bindings.map(({ role, condition = 'true', members }): Reason => {
    if (known.roles.get(role)?.size === 0) return 'role';
    if (holds(condition) === 'no') return 'time';
    return members.some(isSomebody) ? 'leads' : 'nobody';
  });
  return { sets, reasons, denials, unread };
}
