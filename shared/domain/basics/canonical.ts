import { hash } from 'node:crypto';

/** A copy with sorted keys. Faster than a replacer, which JSON.stringify calls for every member of every chain. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const member of members) member[1] = sorted(member[1]);
  return Object.fromEntries(members);
}

/** JSON with sorted keys, so that equal values give equal texts. Members that are `undefined` are left out; dates become ISO text. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value));

/** SHA-256 of a text, in hex. */
export const sha256 = (text: string): string => hash('sha256', text);
