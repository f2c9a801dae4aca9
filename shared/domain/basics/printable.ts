/** Controls, line separators, and what formats without being seen: bidirectional marks, zero-width characters, unpaired surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text of somebody else's as a terminal and a log may have it: one line, that shows everything that is in it. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);

export const isPrintable = (text: string): boolean => text.search(UNPRINTABLE) < 0;

/** A piece of somebody's text as a message may show it: short, and nothing in it can move a cursor or turn the line round. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text).replace(
    /[^\x20-\x7e\u00a1-\u024f]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
