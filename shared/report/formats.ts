import type { Report } from '../domain/report.ts';
import { toJson } from './json.ts';
import { textOf } from './text.ts';

export const FORMATS = ['json', 'text'] as const;
export type Format = (typeof FORMATS)[number];

/** A report as an HTTP answer has it. */
export function reportAs(report: Report, format: Format): { contentType: string; body: string } {
  switch (format) {
    case 'json':
      return { contentType: 'application/json', body: toJson(report) };
    case 'text':
      return { contentType: 'text/plain; charset=utf-8', body: textOf(report) };
  }
}
