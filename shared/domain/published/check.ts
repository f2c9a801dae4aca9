// Checks of values that JSON.parse gave. They are written by hand, because zod takes longer for a chain than JSON.parse does.

/**
 * Gives nothing for a right value. Otherwise the text goes after the name of the value: it begins with the member that is wrong, as in
 * `.kind must be a text`.
 */
export type Check = (value: unknown) => string | undefined;

export const text: Check = (value) =>
  typeof value === 'string' && value !== '' ? undefined : ' must be a text';

/** Any text, which may be empty. */
export const anyText: Check = (value) =>
  typeof value === 'string' ? undefined : ' must be a text';

export const trueOrFalse: Check = (value) =>
  typeof value === 'boolean' ? undefined : ' must be true or false';

export const wholeFrom =
  (least: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= least
      ? undefined
      : ` must be a whole number from ${least}`;

export const matching =
  (pattern: RegExp, what: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : ` must be ${what}`;

export const oneOf =
  (values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value) ? undefined : ` must be one of ${values.join(', ')}`;

/** A time exactly as `toISOString` writes it. */
export const instant: Check = (value) => {
  const at = new Date(typeof value === 'string' ? value : Number.NaN);
  return !Number.isNaN(at.getTime()) && at.toISOString() === value
    ? undefined
    : ' must be a time, as in 2026-12-01T00:00:00.000Z';
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object with any members. */
export const anyObject: Check = (value) => (isObject(value) ? undefined : ' must be an object');

export const listOf =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return ' must be a list';
    for (let i = 0; i < value.length; i++) {
      const fault = check(value[i]);
      if (fault !== undefined) return `[${i}]${fault}`;
    }
    return undefined;
  };

/** The checks of the members that a `T` always has. */
type Required<T> = { readonly [K in keyof T as T extends Record<K, T[K]> ? K : never]: Check };
type Optional<T> = { readonly [K in keyof T as T extends Record<K, T[K]> ? never : K]: Check };

/** An object with these members and no others. The compiler demands a check for each member of `T`. */
export function objectOf<T>(required: Required<T>, optional: Optional<T>): Check {
  const always = Object.entries<Check>(required);
  const all = new Map([...always, ...Object.entries<Check>(optional)]);
  return (value) => {
    if (!isObject(value)) return ' must be an object';
    for (const name in value) {
      const check = all.get(name);
      if (!check) return ` has the unknown member ${JSON.stringify(name)}`;
      const fault = check(value[name]);
      if (fault !== undefined) return `.${name}${fault}`;
    }
    for (const [name] of always) {
      if (value[name] === undefined) return `.${name} is missing`;
    }
    return undefined;
  };
}

/** An object whose member `name` decides which check counts. */
export function objectBy(name: string, checks: Readonly<Record<string, Check>>): Check {
  const all = new Map(Object.entries(checks));
  return (value) => {
    if (!isObject(value)) return ' must be an object';
    const check = all.get(String(value[name]));
    return check ? check(value) : `.${name} must be one of ${[...all.keys()].join(', ')}`;
  };
}
