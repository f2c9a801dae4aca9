import type { Certificate } from './certificate.ts';

/** The parts of a certificate by name. */
export type SnapshotIndex = ReturnType<typeof indexOf>;

/** A project, a folder or an organization, and everything above it. */
export function lineOf({ containers }: SnapshotIndex, container: string): readonly string[] {
  const line = new Set([container]);
  for (const one of line) line.add(containers.get(one)?.parent ?? one);
  return [...line];
}

/** The part of that from the lowest container on whose deny policies matter, or were not read. */
export function shieldOf(index: SnapshotIndex, container: string): readonly string[] {
  const line = lineOf(index, container);
  const isOpen = (one: string) =>
    index.containers.get(one)?.denyRead === true && !index.denyPolicies.has(one);
  const lowest = line.findIndex((one) => !isOpen(one));
  return lowest === -1 ? [] : line.slice(lowest);
}

/** Is somebody in a group or a principal set? Undefined if not all of its members are known. */
export function isInSet({ groups }: Pick<SnapshotIndex, 'groups'>, member: string, set: string) {
  const inside = new Set([set]);
  for (const one of inside) {
    for (const inner of groups.get(one)?.members ?? []) inside.add(inner);
  }
  const isWhole = (one: string) => groups.get(one)?.complete ?? !one.startsWith('group:');
  const isKnown = groups.has(set) && [...inside].every(isWhole);
  return inside.has(member) || (isKnown ? false : undefined);
}

export const indexOf = ({ snapshot, sets }: Pick<Certificate, 'snapshot' | 'sets'>) => ({
  containers: new Map(snapshot.containers.map((one) => [one.name, one])),
  /** By email and by unique ID. */
  accounts: new Map(
    snapshot.accounts.flatMap((one) => [one.email, one.uniqueId].map((name) => [name, one])),
  ),
  missing: new Set(snapshot.missing),
  policies: new Map(snapshot.policies.map((one) => [one.resource, one.bindings])),
  roles: new Map(snapshot.roles.map((one) => [one.name, new Set(one.permissions)])),
  denyPolicies: Map.groupBy(snapshot.denyPolicies, ({ on }) => on),
  groups: new Map(snapshot.groups.map((one) => [one.name, one])),
  sets: new Map(sets.map((one) => [one.node, new Map(one.members)])),
});
