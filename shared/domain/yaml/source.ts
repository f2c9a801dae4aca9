import { type Document, LineCounter, parseAllDocuments, visit, type YAMLError } from 'yaml';
import { readNodes, type Spot, spotOf } from './exact-reader.ts';
import { error, type Fault, formatPath, type Path, type Remark } from './fault.ts';
import { readRuns } from './long-list-reader.ts';
import { type QuickReading, readEvents, type Unsure } from './quick-reader.ts';

/** A text as plain data that still knows where each piece of it stands. */
export type YamlSource = {
  /** `undefined` when there is nothing that could be read. */
  readonly value: unknown;
  /** What is wrong with it as YAML. */
  readonly faults: readonly Fault[];
  /** Integers that no JavaScript number holds, as an unquoted unique ID is one: `value` has their source text. */
  readonly longNumbers: readonly Path[];
  /** None for what a syntax error may have garbled, that is whatever has not ended before it, and for what could not be read. */
  locate(remark: Remark): Fault | undefined;
};

type Code = YAMLError['code'];

const ADVICE: Readonly<Partial<Record<Code, string>>> = {
  TAB_AS_INDENT: 'a tab cannot indent YAML: use spaces',
  BAD_SCALAR_START: 'a text cannot begin with this character: put the text in quotes',
  BAD_DQ_ESCAPE: 'there is no such escape in "…": write \\\\ for a backslash, or use single quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a second ": " in one value: put the value in quotes, or indent its line as its neighbours are',
  MULTILINE_IMPLICIT_KEY: 'a key stands on one line: indent this line as its neighbours are',
  MISSING_CHAR:
    'a bracket is not closed, a comma or a ":" is missing, or this line is not indented as its neighbours are',
  BAD_INDENT:
    'this line is not indented as its neighbours are, or a bracket before it is not closed',
  NON_STRING_KEY: 'a key is a plain name: write it without brackets',
  UNEXPECTED_TOKEN: 'this does not belong here: check the indentation and the brackets around it',
  RESOURCE_EXHAUSTION: 'this is nested too deeply: a chain file needs a few levels only',
  TAG_RESOLVE_FAILED: 'tags mean nothing in a chain file: leave the "!…" out',
};

/** These spoil a line. Any other error may garble all that follows, and what the parser says then is mostly its echo. */
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

/** The parser notices at the end of the file that a quote is open; a person looks for where it begins. */
function openQuoteOf(document: Document.Parsed, end: number): number | undefined {
  let start: number | undefined;
  visit(document, {
    Scalar: (_key, { type, range }) => {
      if (type?.startsWith('QUOTE') && range && range[1] >= end) start = range[0];
    },
  });
  return start;
}

type Place = (start: number, remark: Remark) => Fault;

const placesIn =
  (text: string, lines: LineCounter): Place =>
  (start, { severity, path, message }) => {
    const { line, col } = lines.linePos(Math.min(start, text.length));
    return {
      severity,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      path: formatPath(path),
      message,
    };
  };

function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  for (let start = 0; start >= 0; ) {
    lines.addNewLine(start);
    start = text.indexOf('\n', start) + 1 || -1;
  }
  return lines;
}

/** Above this the exact reader would fill the memory: it takes a hundred times what it reads. */
const EXACT_MAX = 8_000_000;

function quickSource(text: string, quick: QuickReading): YamlSource {
  let place: Place | undefined;
  const faultAt: Place = (start, remark) => {
    place ??= placesIn(text, linesOf(text));
    return place(start, remark);
  };
  return {
    value: quick.value,
    faults: quick.remarks.map(({ start, remark }) => faultAt(start, remark)),
    longNumbers: quick.longNumbers,
    locate: (remark) => faultAt(quick.startOf(remark.path, remark.onKey === true), remark),
  };
}

function unreadSource(text: string, { start, unsure }: Unsure): YamlSource {
  const message = `${unsure} (of a file of more than ${EXACT_MAX / 1e6} MB the first fault is told alone)`;
  const fault = placesIn(text, linesOf(text))(start, error([], message));
  return { value: undefined, faults: [fault], longNumbers: [], locate: () => undefined };
}

/** Or the first line would begin at column 2. */
const withoutMark = (input: string): string => input.replace(/^\uFEFF/, '');

/**
 * Reads YAML, or the JSON in it. It never throws.
 *
 * The core schema of YAML 1.2 holds whatever a `%YAML` line says: no dates, no `yes` for true. Merge keys (`<<`) work.
 *
 * Two readers say the same of what is right: the quick one, and the exact one, which also knows what was meant by what is wrong.
 */
export function parseYamlSource(input: string): YamlSource {
  const text = withoutMark(input);
  const quick = readEvents(text);
  if (!('unsure' in quick)) return quickSource(text, quick);
  return text.length > EXACT_MAX ? unreadSource(text, quick) : parseExactly(text);
}

/**
 * The same of a long list at `key`, at the top: each item is given to `take`, and the list in `value` is empty.
 *
 * @returns none where the list is short or the quick reader is not sure: what it has given until then is void
 */
export function streamYamlSource(
  input: string,
  key: string,
  take: (item: unknown) => void,
): YamlSource | undefined {
  const text = withoutMark(input);
  const quick = readRuns(text, key, take);
  return quick && quickSource(text, quick);
}

/** By nodes that know where they stand, each error with what to do about it. It takes ten times as long, and a hundred times the memory. */
export function parseExactly(text: string): YamlSource {
  const lines = new LineCounter();
  const [first, second, ...others] = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false, // they quote the file
    schema: 'core',
    stringKeys: true,
    uniqueKeys: false, // readNodes tells them, by name
  });
  const faultAt = placesIn(text, lines);
  const syntaxFault = (start: number, message: string) => faultAt(start, error([], message));

  const faults: Fault[] = [];
  const spoilt = new Set<number>();
  let brokenAt = Number.POSITIVE_INFINITY;
  for (const document of [first, second, ...others].filter((d) => d !== undefined)) {
    for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
      const quote = message.startsWith('Missing closing')
        ? openQuoteOf(document, Math.min(pos[0], text.length))
        : undefined;
      const start = quote ?? pos[0];
      const advice = quote === undefined ? ADVICE[code] : 'this quote is never closed: close it';
      const fault = syntaxFault(start, advice ?? `this is not YAML: ${message}`);
      const echo = start > brokenAt && !NEVER_ECHO.has(code);
      if (!echo && !spoilt.has(fault.line)) faults.push(fault);
      spoilt.add(fault.line);
      if (!LOCAL.has(code)) brokenAt = Math.min(brokenAt, start);
    }
  }
  if (second) {
    const start = second.contents?.range[0] ?? text.length;
    faults.push(
      syntaxFault(
        start,
        'a second document begins here: a chain file is one, so leave the "---" out',
      ),
    );
  }

  const whole = (spot: Spot) => spot.end < brokenAt && !spoilt.has(lines.linePos(spot.start).line);
  const reading = first?.contents ? readNodes(first.contents) : undefined;
  for (const { spot, remark } of reading?.remarks ?? []) {
    if (whole(spot)) faults.push(faultAt(spot.start, remark));
  }
  return {
    value: reading?.value,
    faults,
    longNumbers: reading?.longNumbers ?? [],
    locate: (remark) => {
      const under = (path: Path) => path.every((step, i) => step === remark.path[i]);
      if (!reading || reading.unreadable.some(under)) return undefined;
      const spot = spotOf(reading, remark.path, remark.onKey === true);
      return whole(spot) ? faultAt(spot.start, remark) : undefined;
    },
  };
}
