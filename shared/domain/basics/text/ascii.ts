/**
 * Lower-cases A to Z and nothing else. `toLowerCase` turns the Kelvin sign (U+212A) into the letter k, and so one account into another.
 */
export const lowerAscii = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** The first character that is not printable ASCII, as in `U+0430`; undefined if there is none. */
export function foreignCharacterIn(text: string): string | undefined {
  const code = /[^\x21-\x7e]/u.exec(text)?.[0].codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
