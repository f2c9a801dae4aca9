/** A shorter text could occur anywhere by chance. */
const SHORTEST = 12;

/** The part of the base64 of any text that contains `bytes` after `offset` other bytes, as far as only `bytes` decide it. */
export function base64After(offset: number, bytes: Buffer): string {
  const all = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return all.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

const urlSafe = (base64: string): string => base64.replaceAll('+', '-').replaceAll('/', '_');

/** A credential as it is and as others may spell it: in base64 at every offset, in hex, in a URL, in JSON. The longest first. */
export function spellingsOf(credential: string): string[] {
  const bytes = Buffer.from(credential);
  const base64 = [0, 1, 2].map((offset) => base64After(offset, bytes));
  const percent = encodeURIComponent(credential);
  const withoutPadding = credential.replace(/=+$/, '');
  const all = [
    credential,
    withoutPadding,
    urlSafe(withoutPadding),
    ...base64,
    ...base64.map(urlSafe),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    // The bytes of a signature, which is base64 itself.
    Buffer.from(credential, 'base64').toString('hex'),
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    credential.replaceAll('/', '\\/'),
  ];
  return [...new Set(all)]
    .filter((one) => one.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
}
