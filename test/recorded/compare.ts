import { agrees, type Placeholders } from './placeholders.ts';

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Google does not promise the order of these lists. */
const UNORDERED = /(^|\.)(bindings|members|auditConfigs|auditLogConfigs|exemptedMembers)$/;

/**
 * Compares a recorded response with the one of the local cloud: presence, types, values, and the order of lists where it means something.
 *
 * @returns a line for each difference, which starts with the path of the field
 */
export function differences(
  recorded: unknown,
  actual: unknown,
  values: Placeholders,
  isNew: boolean,
  path = '',
): string[] {
  if (typeof recorded === 'string' && typeof actual === 'string') {
    return agrees(recorded, actual, values, isNew)
      ? []
      : [`${path || 'body'}: "${actual}" in place of "${recorded}"`];
  }
  if (Array.isArray(recorded) && Array.isArray(actual)) {
    const [left, right] = UNORDERED.test(path)
      ? [sorted(recorded, values), sorted(actual, values)]
      : [recorded, actual];
    const length = Math.max(left.length, right.length);
    return Array.from({ length }, (_, i) => i).flatMap((i) =>
      differences(left[i], right[i], values, isNew, `${path}.${i}`),
    );
  }
  if (isFields(recorded) && isFields(actual)) {
    const names = [...new Set([...Object.keys(recorded), ...Object.keys(actual)])].sort();
    return names.flatMap((name) =>
      differences(recorded[name], actual[name], values, isNew, path ? `${path}.${name}` : name),
    );
  }
  if (recorded === undefined && actual === undefined) return [];
  if (actual === undefined) return [`${path || 'body'}: missing`];
  if (recorded === undefined) return [`${path || 'body'}: only here`];
  return recorded === actual
    ? []
    : [`${path || 'body'}: ${JSON.stringify(actual)} in place of ${JSON.stringify(recorded)}`];
}

/** By content, with the values of the placeholders, so that both lists have the same order. */
const sorted = (list: readonly unknown[], values: Placeholders): unknown[] => {
  const keyOf = (entry: unknown) =>
    JSON.stringify(
      isFields(entry) ? [entry.role, entry.service, entry.logType, entry.condition] : entry,
    ).replace(/\$\{(\w+)\}/g, (placeholder, name: string) => values.get(name) ?? placeholder);
  return list.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
};
