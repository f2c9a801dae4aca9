/** The value of each placeholder, by its name: `projectId`, `tagKeyID`. */
export type Placeholders = Map<string, string>;

const PLACEHOLDER = /\$\{(\w+)\}/g;
const ANYTHING = '[^/"\\s]+';

/** What the recorder wrote in place of every value of this kind, and the values that agree with it. */
const NORMALISED: ReadonlyMap<string, RegExp> = new Map([
  ['abcdef0123A=', /^(W\/".+"|[\w+/=-]+)$/], // etags
  ['2024-04-01T12:34:56.123456Z', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/],
  ['111111111111111111111', /^\d{21}$/], // the unique ID of an account
  ['888888888888888888888', /^\d{21}$/], // the OAuth client ID of an account
  ['12345678901234', /^\d+$/], // the generation of a bucket
  ['000000000000000000000', /^[^/]+$/], // the ID of a bucket
]);

/** @returns the text with its values, or undefined when one of its placeholders has no value yet */
export function fill(text: string, values: Placeholders): string | undefined {
  let isWhole = true;
  const filled = text.replace(PLACEHOLDER, (placeholder, name: string) => {
    const value = values.get(name);
    if (value === undefined) isWhole = false;
    return value ?? placeholder;
  });
  return isWhole ? filled : undefined;
}

/**
 * Whether a text of the local cloud agrees with a recorded one. Learns the placeholders that have no value yet.
 *
 * @param isNew whether the response may name new resources: then placeholders of resources can get other values
 */
export function agrees(
  recorded: string,
  actual: string,
  values: Placeholders,
  isNew: boolean,
): boolean {
  const normalised = NORMALISED.get(recorded);
  if (normalised) return normalised.test(actual);
  const names: string[] = [];
  const source = recorded
    .split(PLACEHOLDER)
    .map((part, i) => {
      if (i % 2 === 0) return escaped(part);
      if (part === 'projectNumber') return '\\d+'; // of any project
      const value = values.get(part);
      if (
        value !== undefined &&
        !(isNew && /ID$/.test(part) && !/^(organization|folder)ID$/.test(part))
      )
        return escaped(value);
      names.push(part);
      return `(${ANYTHING})`;
    })
    .join('');
  const match = new RegExp(`^${source}$`).exec(actual);
  names.forEach((name, i) => {
    if (match?.[i + 1] !== undefined) values.set(name, match[i + 1] ?? '');
  });
  return match !== null;
}

const escaped = (text: string): string => text.replace(/[.*+?^$(){}|[\]\\]/g, '\\$&');
