import { quoted } from '../basics/text/printable.ts';

export const SEVERITIES = ['error', 'warning', 'hint'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What is wrong in a text, where, and what to write instead. */
export type TextFault = {
  readonly severity: Severity;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors count. */
  readonly column: number;
  /** As in `chains[2].credential.scopes[0]`; empty for the whole. */
  readonly path: string;
  readonly message: string;
};

export type Path = readonly (string | number)[];

/** A fault that does not know yet where in the text its path is. */
export type Remark = {
  readonly severity: Severity;
  readonly path: Path;
  readonly message: string;
  /** The fault is in the key, not in its value. */
  readonly onKey?: boolean;
};

export const error = (path: Path, message: string): Remark => ({
  severity: 'error',
  path,
  message,
});

export const warning = (path: Path, message: string): Remark => ({
  severity: 'warning',
  path,
  message,
});

export const hint = (path: Path, message: string): Remark => ({ severity: 'hint', path, message });

export const formatPath = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[\w$-]+$/.test(step)) return `${text}[${quoted(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, hint: 2 };

/** Sorted by position, without repeats. A wrong anchor is reported once, even if it is used ten times. */
export function sortFaults<F extends TextFault>(faults: readonly F[]): F[] {
  const once = new Map(
    faults.map((f) => [`${f.line}:${f.column}:${f.message}`, f] as const).reverse(),
  );
  return [...once.values()].sort(
    (a, b) =>
      a.line - b.line ||
      a.column - b.column ||
      RANK[a.severity] - RANK[b.severity] ||
      (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
  );
}
