/** The fields below a name. Undefined: all of them. */
type Mask = Map<string, Mask | undefined>;

/**
 * Keeps the named fields of a response, as in `name,bindings(role,members)` or `secrets/name`. `*` is every field.
 *
 * @see https://cloud.google.com/apis/docs/system-parameters
 */
export const withFields = (response: unknown, fields: string): unknown =>
  masked(response, parse(fields.replace(/\s/g, '')).mask);

function parse(text: string): { mask: Mask; rest: string } {
  const mask: Mask = new Map();
  let rest = text;
  for (;;) {
    const name = /^[\w@*-]+/.exec(rest)?.[0] ?? '';
    const below = parseBelow(rest.slice(name.length));
    if (name !== '')
      mask.set(name, mask.has(name) ? merged(mask.get(name), below.mask) : below.mask);
    if (!below.rest.startsWith(',')) return { mask, rest: below.rest };
    rest = below.rest.slice(1);
  }
}

/** `items/name,items/size` is `items(name,size)`. */
function merged(a: Mask | undefined, b: Mask | undefined): Mask | undefined {
  if (a === undefined || b === undefined) return undefined;
  const both = new Map(a);
  for (const [name, below] of b) {
    both.set(name, both.has(name) ? merged(both.get(name), below) : below);
  }
  return both;
}

/** What follows a name: `(a,b)`, `/a`, `.a` or nothing. */
function parseBelow(text: string): { mask: Mask | undefined; rest: string } {
  if (text.startsWith('(')) {
    const { mask, rest } = parse(text.slice(1));
    return { mask, rest: rest.startsWith(')') ? rest.slice(1) : '' };
  }
  if (!/^[./]/.test(text)) return { mask: undefined, rest: text };
  const name = /^[\w@*-]+/.exec(text.slice(1))?.[0] ?? '';
  const below = parseBelow(text.slice(1 + name.length));
  return { mask: new Map([[name, below.mask]]), rest: below.rest };
}

function masked(value: unknown, mask: Mask | undefined): unknown {
  if (mask === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => masked(entry, mask));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => mask.has(name) || mask.has('*'))
      .map(([name, field]) => [name, masked(field, mask.get(name) ?? mask.get('*'))]),
  );
}
