import { lowerAscii } from '../basics/text/ascii.ts';

/** The direct members of a Google group, as IAM writes them: `user:ada@acme.com`, `group:ops@acme.com`. */
export type GroupMembers = {
  readonly members: readonly string[];
  /** Those of the members who can add and remove members: owners and managers. */
  readonly administrators: readonly string[];
  /** Every member is known. False if one has a form that IAM does not have. */
  readonly isComplete: boolean;
};

/** By email in lower case. A group that was not read has no entry. */
export type Groups = ReadonlyMap<string, GroupMembers>;

/** The groups that include a member, directly or through other groups. */
export type MemberGroups = {
  readonly including: ReadonlySet<string>;
  /** The groups whose members are all known. One of them that is not in `including` does not include the member. */
  readonly known: ReadonlySet<string>;
};

type Index = {
  /** The groups that have a member directly. */
  readonly above: ReadonlyMap<string, ReadonlySet<string>>;
  readonly known: ReadonlySet<string>;
};

/** Members are looked up once for each hop and each binding. */
const indexes = new WeakMap<Groups, Index>();

/** @param member a single identity, as IAM writes it */
export function groupsOf(groups: Groups, member: string): MemberGroups {
  const index = indexes.get(groups) ?? indexOf(groups);
  indexes.set(groups, index);
  const including = new Set<string>();
  const toVisit = [lowerAscii(member)];
  for (let next = toVisit.pop(); next !== undefined; next = toVisit.pop()) {
    for (const group of index.above.get(next) ?? []) {
      if (including.has(group)) continue;
      including.add(group);
      toVisit.push(`group:${group}`);
    }
  }
  return { including, known: index.known };
}

/** Everyone in a group who is not a group, and everyone who can add members, also through groups in it. */
export function everyoneIn(
  groups: Groups,
  email: string,
): { readonly members: string[]; readonly administrators: string[] } {
  const [members, administrators] = [new Set<string>(), new Set<string>()];
  for (const group of groupsIn(groups, email)) {
    const known = groups.get(group);
    for (const member of known?.members ?? []) if (!emailOfGroup(member)) members.add(member);
    for (const one of known?.administrators ?? []) {
      const inner = emailOfGroup(one);
      const all = inner === undefined ? [one] : everyoneIn(groups, inner).members;
      for (const administrator of all) administrators.add(administrator);
    }
  }
  return { members: [...members], administrators: [...administrators] };
}

/** `oncall@acme.com` for `group:OnCall@acme.com`. */
export function emailOfGroup(member: string): string | undefined {
  const [, email] = /^group:(.+)$/s.exec(member) ?? [];
  return email === undefined ? undefined : lowerAscii(email);
}

/** The group and the groups in it, at any depth. Groups may contain each other. */
export function groupsIn(groups: Groups, email: string): Set<string> {
  const found = new Set([lowerAscii(email)]);
  for (const group of found) {
    for (const member of groups.get(group)?.members ?? []) {
      const inner = emailOfGroup(member);
      if (inner !== undefined) found.add(inner);
    }
  }
  return found;
}

function indexOf(groups: Groups): Index {
  const above = new Map<string, Set<string>>();
  for (const [group, { members }] of groups) {
    for (const member of members) {
      const name = lowerAscii(member);
      above.set(name, (above.get(name) ?? new Set()).add(group));
    }
  }
  const isKnown = (group: string): boolean =>
    [...groupsIn(groups, group)].every((inner) => groups.get(inner)?.isComplete);
  return { above, known: new Set([...groups.keys()].filter(isKnown)) };
}
