import { isPrintable } from '../domain/printable.ts';
import type { Report } from '../domain/report.ts';
import { textOf } from './text.ts';

export const FORMATS = ['json', 'text'] as const;
export type Format = (typeof FORMATS)[number];

/** A report as an HTTP answer has it. */
export function reportAs(report: Report, format: Format): { contentType: string; body: string } {
  switch (format) {
    case 'json':
      return { contentType: 'application/json', body: jsonOf(report) };
    case 'text':
      return { contentType: 'text/plain; charset=utf-8', body: textOf(report) };
  }
}

/** JSON that a terminal can show: what cannot be seen is escaped, which changes no value. */
const jsonOf = (report: Report): string =>
  `${JSON.stringify(report, null, 2).replace(/[^\n -~]/gsu, (c) =>
    isPrintable(c) ? c : escapeOf(c),
  )}\n`;

const escapeOf = (c: string): string =>
  [...Array(c.length).keys()]
    .map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');
