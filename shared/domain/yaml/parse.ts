import { LineCounter, parseAllDocuments } from 'yaml';
import { formatPath, type Path, type Remark, type TextFault } from './fault.ts';
import { readNodes, type Spot, spotOf } from './nodes.ts';
import { syntaxErrorsOf } from './syntax-faults.ts';

/** A YAML text as plain data, with the position of each value. */
export type YamlDocument = {
  /** `undefined` when nothing could be read. */
  readonly value: unknown;
  /** What is wrong with the text as YAML. */
  readonly faults: readonly TextFault[];
  /** Paths of integers that are too long for a JavaScript number, such as an unquoted unique ID. `value` has their source text. */
  readonly longNumbers: readonly Path[];
  /** Undefined for a value that could not be read. Also for a value that ends after a syntax error, because the error may have garbled it. */
  locate(remark: Remark): TextFault | undefined;
  /** From 1. Undefined for a value that could not be read. */
  lineOf(path: Path): number | undefined;
};

/** With a byte order mark, the first line would begin at column 2. */
const withoutByteOrderMark = (input: string): string => input.replace(/^\uFEFF/, '');

/**
 * Reads YAML, and JSON, which is YAML. It never throws.
 *
 * The core schema of YAML 1.2 always applies, also with a `%YAML` line: there are no dates, and `yes` is a text. Merge keys (`<<`) work.
 */
export function parseYaml(input: string): YamlDocument {
  const text = withoutByteOrderMark(input);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false, // they quote the file
    schema: 'core',
    stringKeys: true,
    uniqueKeys: false, // readNodes reports them by name
  });
  const positionOf = (start: number) => {
    const { line, col } = lines.linePos(Math.min(start, text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const faultAt = (start: number, { severity, path, message }: Remark): TextFault => ({
    severity,
    ...positionOf(start),
    path: formatPath(path),
    message,
  });

  const all = Array.isArray(documents) ? documents : [];
  const syntax = syntaxErrorsOf(all, text, (offset) => positionOf(offset).line);
  const isSound = (spot: Spot) =>
    spot.end < syntax.brokenAt && !syntax.spoiltLines.has(positionOf(spot.start).line);
  const contents = all[0]?.contents;
  const reading = contents ? readNodes(contents) : undefined;
  const spotAt = (path: Path, onKey: boolean): Spot | undefined => {
    const isUnder = (other: Path) => other.every((step, i) => step === path[i]);
    return reading && !reading.unreadable.some(isUnder) ? spotOf(reading, path, onKey) : undefined;
  };
  return {
    value: reading?.value,
    faults: [
      ...syntax.remarks.map(({ start, remark }) => faultAt(start, remark)),
      ...(reading?.remarks ?? [])
        .filter(({ spot }) => isSound(spot))
        .map(({ spot, remark }) => faultAt(spot.start, remark)),
    ],
    longNumbers: reading?.longNumbers ?? [],
    locate: (remark) => {
      const spot = spotAt(remark.path, remark.onKey === true);
      return spot && isSound(spot) ? faultAt(spot.start, remark) : undefined;
    },
    lineOf: (path) => {
      const spot = spotAt(path, false);
      return spot && positionOf(spot.start).line;
    },
  };
}
