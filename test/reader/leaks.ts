import { inspect } from 'node:util';

/** Every text that could show the credential: also in base64 of a longer text, in hex, in a URL. */
const spellings = (token: string): string[] => {
  const wrapped = ['', 'x', 'xx'].flatMap((before) => {
    const base64 = Buffer.from(`${before}${token}`).toString('base64');
    return [base64, base64.replaceAll('+', '-').replaceAll('/', '_')].map((one) =>
      one.slice(4, -4),
    );
  });
  return [token, encodeURIComponent(token), Buffer.from(token).toString('hex'), ...wrapped];
};

/** What a program could print of an error. */
function shown(error: unknown): string {
  const { message, stack, cause } = error as Error;
  const whole = inspect(error, {
    depth: Number.POSITIVE_INFINITY,
    showHidden: true,
    getters: true,
    maxStringLength: null,
    maxArrayLength: null,
  });
  const json = JSON.stringify(error, (_key, value: unknown) =>
    value instanceof Headers ? [...value] : value,
  );
  return [whole, json, String(error), message, stack, inspect(cause), bytesIn(error)].join('\n');
}

/** The bytes of every buffer, as text: `inspect` prints only their hex. */
function bytesIn(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value !== 'object' || value === null || seen.has(value)) return '';
  seen.add(value);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer).toString('latin1');
  return Reflect.ownKeys(value)
    .map((key) => bytesIn((value as Record<PropertyKey, unknown>)[key], seen))
    .join('');
}

/** The spellings of a credential that an error shows. */
export function leaks(error: unknown, token: string): string[] {
  const all = shown(error);
  return spellings(token).filter((text) => all.includes(text));
}
