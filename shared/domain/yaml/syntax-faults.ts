import { type Document, visit, type YAMLError } from 'yaml';
import { error, type Remark } from './fault.ts';

type Code = YAMLError['code'];

const ADVICE: Readonly<Partial<Record<Code, string>>> = {
  TAB_AS_INDENT: 'a tab cannot indent YAML: use spaces',
  BAD_SCALAR_START: 'a text cannot begin with this character: put the text in quotes',
  BAD_DQ_ESCAPE: 'there is no such escape in "…": write \\\\ for a backslash, or use single quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a second ": " in one value: put the value in quotes, or indent its line as its neighbours are',
  MULTILINE_IMPLICIT_KEY: 'a key must be on one line: indent this line like the lines around it',
  MISSING_CHAR:
    'a bracket is not closed, a comma or a ":" is missing, or this line is not indented like the lines around it',
  BAD_INDENT:
    'this line is not indented like the lines around it, or a bracket before it is not closed',
  NON_STRING_KEY: 'a key is a plain name: write it without brackets',
  UNEXPECTED_TOKEN: 'this does not belong here: check the indentation and the brackets around it',
  RESOURCE_EXHAUSTION: 'this is nested too deeply: a chain file needs a few levels only',
  TAG_RESOLVE_FAILED: 'tags mean nothing in a chain file: leave the "!…" out',
};

/** These spoil one line. After any other error the rest of the text may be garbled, and most later errors are its echo. */
const LOCAL: ReadonlySet<Code> = new Set([
  'BAD_SCALAR_START',
  'BAD_DQ_ESCAPE',
  'NON_STRING_KEY',
  'TAG_RESOLVE_FAILED',
]);
const NEVER_ECHO: ReadonlySet<Code> = new Set([
  'BAD_SCALAR_START',
  'BAD_DQ_ESCAPE',
  'TAG_RESOLVE_FAILED',
]);

/** The parser reports an open quote at the end of the file. A person looks for the place where the quote begins. */
function openQuoteOf(document: Document.Parsed, end: number): number | undefined {
  let start: number | undefined;
  visit(document, {
    Scalar: (_key, { type, range }) => {
      if (type?.startsWith('QUOTE') && range && range[1] >= end) start = range[0];
    },
  });
  return start;
}

/** The syntax errors of a text, and the places that they garbled. */
export type SyntaxErrors = {
  readonly remarks: readonly { readonly start: number; readonly remark: Remark }[];
  /** Lines on which nothing can be trusted. */
  readonly spoiltLines: ReadonlySet<number>;
  /** Nothing that ends after this offset can be trusted. */
  readonly brokenAt: number;
};

/** @param lineOf gives the line of an offset */
export function syntaxErrorsOf(
  documents: readonly Document.Parsed[],
  text: string,
  lineOf: (offset: number) => number,
): SyntaxErrors {
  const remarks: { start: number; remark: Remark }[] = [];
  const spoiltLines = new Set<number>();
  let brokenAt = Number.POSITIVE_INFINITY;
  for (const document of documents) {
    for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
      const quote = message.startsWith('Missing closing')
        ? openQuoteOf(document, Math.min(pos[0], text.length))
        : undefined;
      const start = quote ?? pos[0];
      const advice = quote === undefined ? ADVICE[code] : 'this quote is never closed: close it';
      const line = lineOf(start);
      const isEcho = start > brokenAt && !NEVER_ECHO.has(code);
      if (!isEcho && !spoiltLines.has(line)) {
        remarks.push({ start, remark: error([], advice ?? `this is not YAML: ${message}`) });
      }
      spoiltLines.add(line);
      if (!LOCAL.has(code)) brokenAt = Math.min(brokenAt, start);
    }
  }
  const second = documents[1];
  if (second) {
    const message = 'a second document begins here: a chain file is one, so leave the "---" out';
    const start = second.contents?.range[0] ?? text.length;
    remarks.push({ start, remark: error([], message) });
  }
  return { remarks, spoiltLines, brokenAt };
}
