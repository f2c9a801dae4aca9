import { type Document, LineCounter, parseAllDocuments, visit, type YAMLError } from 'yaml';
import { type Fault, formatPath, type Path, type Remark } from './fault.ts';
import { readNodes, type Spot, spotOf } from './yaml-reading.ts';

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

/**
 * Reads YAML, or the JSON in it. It never throws.
 *
 * The core schema of YAML 1.2 holds whatever a `%YAML` line says: no dates, no `yes` for true. Merge keys (`<<`) work.
 */
export function parseYamlSource(input: string): YamlSource {
  const text = input.replace(/^\uFEFF/, ''); // or the first line would begin at column 2
  const lines = new LineCounter();
  const [first, second, ...others] = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false, // they quote the file
    schema: 'core',
    stringKeys: true,
    uniqueKeys: false, // readNodes tells them, by name
  });
  const faultAt = ({ start }: Pick<Spot, 'start'>, { severity, path, message }: Remark): Fault => {
    const { line, col } = lines.linePos(Math.min(start, text.length));
    return {
      severity,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      path: formatPath(path),
      message,
    };
  };
  const syntaxFault = (start: number, message: string) =>
    faultAt({ start }, { severity: 'error', path: [], message });

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
    if (whole(spot)) faults.push(faultAt(spot, remark));
  }
  return {
    value: reading?.value,
    faults,
    longNumbers: reading?.longNumbers ?? [],
    locate: (remark) => {
      const under = (path: Path) => path.every((step, i) => step === remark.path[i]);
      if (!reading || reading.unreadable.some(under)) return undefined;
      const spot = spotOf(reading, remark.path, remark.onKey === true);
      return whole(spot) ? faultAt(spot, remark) : undefined;
    },
  };
}
