/** Control characters, line separators, and invisible characters: bidirectional marks, zero-width characters, unpaired surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Makes foreign text safe for a terminal or a log: one line, with every invisible character escaped. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);

export const isPrintable = (text: string): boolean => text.search(UNPRINTABLE) < 0;

/** Foreign text for a message: quoted, at most 60 characters, with everything but Latin letters and ASCII escaped. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text).replace(
    /[^\x20-\x7e\u00a1-\u024f]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
