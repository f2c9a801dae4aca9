const BASE64 = /^[A-Za-z0-9+/_=\s-]+$/;

/** Decodes either alphabet of base64. */
const decoded = (text: string): string | undefined =>
  BASE64.test(text) ? Buffer.from(text, 'base64').toString('latin1') : undefined;

/** The bytes as text without surrounding white space, and what this text encodes if it is base64. */
export function textsIn(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trim();
  return [text, decoded(text)?.trim() ?? text];
}

/** The keys of a JSON object; undefined if the text is none. */
function keysOf(text: string | undefined): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.keys(value)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the text before the first dot is base64 of a JSON object, as the header of a JWS is. */
export function hasJwsHeader(text: string): boolean {
  const dot = text.indexOf('.');
  return dot > 0 && keysOf(decoded(text.slice(0, dot))) !== undefined;
}

export const isObjectWith = (text: string, key: string): boolean =>
  keysOf(text)?.includes(key) === true;
