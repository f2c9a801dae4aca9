/** The bytes as text without NULs, so that ASCII is the same in UTF-8, UTF-16 and UTF-32. */
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('latin1').replaceAll('\0', '');

/** Without byte order marks, and without spaces at the start. */
const asciiOf = (text: string): string => text.replace(/[^\t\n\r -~]/g, '').trimStart();

/**
 * Decodes either alphabet of base64. As Python does, it ignores all other characters.
 *
 * @see https://docs.python.org/3/library/base64.html#base64.b64decode
 */
const decoded = (text: string): string =>
  textOf(Buffer.from(text.replace(/[^A-Za-z0-9+/_-]/g, ''), 'base64'));

/** The bytes as text, and what this text encodes if it is base64. */
export function textsIn(bytes: Uint8Array): string[] {
  const text = textOf(bytes);
  return [text, decoded(text)].map(asciiOf);
}

/** Without the escapes with which a key of JSON may be spelt: `\u0061lg` is `alg`. */
export const unescaped = (text: string): string =>
  text.replace(/\\(?:u00|x)([2-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

/** The start of an object with a key in quotes or with a comment, or an empty object; after a byte order mark or none. */
const OBJECT = /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\{\s*(?:["'/]|\}\s*$)/;

/**
 * Whether the text before the first dot is base64 of the header of a JWS. Parsers of JSON differ in what else they accept (`NaN`, comments,
 * single quotes, a comma at the end), so the header is not parsed.
 */
export function hasJwsHeader(text: string): boolean {
  const dot = text.indexOf('.');
  if (dot <= 0) return false;
  const header = decoded(text.slice(0, dot));
  return OBJECT.test(header) || /(?<![a-z])alg(?![a-z])/i.test(unescaped(header));
}
