import { base64After } from './spellings.ts';

/** So many letters and digits of a credential in a row do not occur by chance. */
const WINDOW = 12;

/** More text than this is not searched. */
const SEARCHED_MAX = 256 * 1024;

/** Encodings in encodings: base64 of base64, hex of base64, and so on. */
const NESTING = 2;

/** Only letters and digits, without case: so no other characters, visible or not, can split a credential. */
const bare = (text: string): string => text.replace(/[^a-z0-9]+/gi, '').toLowerCase();

/** What others may make of a text: base64 at every offset, and hex. */
const encoded = (text: string): string[] => {
  const bytes = Buffer.from(text);
  return [0, 1, 2]
    .map((offset) => base64After(offset, bytes))
    .concat(bytes.toString('hex'), bytes.toString('hex').toUpperCase());
};

/**
 * Makes a search for traces of credentials in a text. A trace is any 24 letters and digits of a credential in a row, in any case and with any
 * other characters between them: as they are, or in base64 or hex, also of each other. The characters may be escaped as in URLs, JSON, HTML or
 * e-mails, also more than once, or be a list of their numbers.
 *
 * @returns whether a text has such a trace, or is too long to search
 */
export function traceFinder(credentials: readonly string[]): (text: string) => boolean {
  // A trace of 24 characters contains one whole window, because a window starts at each 12th character.
  const windows = new Set<string>();
  let level = credentials.flatMap((one) => [one, Buffer.from(one, 'base64').toString('hex')]);
  for (let depth = 0; depth <= NESTING; depth++) {
    for (const form of level) {
      const text = bare(form);
      const last = text.length - WINDOW;
      for (let at = 0; at <= last; at += WINDOW) windows.add(text.slice(at, at + WINDOW));
      if (last > 0) windows.add(text.slice(last));
    }
    if (depth < NESTING) level = level.flatMap(encoded);
  }
  const hasWindow = (text: string) => {
    for (let at = 0; at <= text.length - WINDOW; at++) {
      if (windows.has(text.slice(at, at + WINDOW))) return true;
    }
    return false;
  };
  return (text) =>
    text.length > SEARCHED_MAX || viewsOf(text).some((view) => hasWindow(bare(view)));
}

/** A text as it is, and without its escapes. */
function viewsOf(text: string): string[] {
  const views = [text];
  // Tags, and the colours of a terminal, are between characters that a person sees together.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character starts a colour
  let last = text.normalize('NFKC').replace(/<[^<>]*>|\x1b\[[\d;]*m/g, '');
  // Each pass removes one layer of escapes, and shortens the text.
  for (let pass = 0; pass < 6; pass++) {
    if (last !== views.at(-1)) views.push(last);
    last = unescaped(last);
  }
  return views;
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  sol: '/',
  plus: '+',
  equals: '=',
  period: '.',
  lowbar: '_',
  hyphen: '-',
};

/** The character of each escape, with its code in base 16 or 10. */
const ESCAPES: readonly { readonly pattern: RegExp; readonly base: 16 | 10 }[] = [
  {
    pattern: /(?:%|=(?:\r?\n)?|\\x|\\u\{?0*|\\u00|0x|U\+00|&#x0*)([0-9a-f]{2})(?:\}|;)?,?/gi,
    base: 16,
  },
  { pattern: /&#0*(\d{2,3});?/g, base: 10 },
];

function unescaped(text: string): string {
  let result = text.replace(/&([a-z]+);/g, (whole, name: string) => NAMED[name] ?? whole);
  for (const { pattern, base } of ESCAPES) {
    result = result.replace(pattern, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, base)),
    );
  }
  // The bytes of a buffer as JSON.
  return result.replace(/\d{1,3}(?:[,\s]+\d{1,3}){7,}/g, (list) =>
    list
      .split(/[,\s]+/)
      .map((code) => String.fromCharCode(Number(code)))
      .join(''),
  );
}
