import { toJson } from './json.ts';
import { PAGE_POLICY, pageOf } from './page/page.ts';
import { prometheusOf } from './prometheus.ts';
import { sarifOf } from './sarif.ts';
import { textOf } from './text.ts';
import type { ShownReport } from './words/shown-report.ts';

export const FORMATS = ['json', 'html', 'sarif', 'prometheus', 'text'] as const;
export type Format = (typeof FORMATS)[number];

/** What each is called on the wire, the plainest first where a name suits several: who asks for anything gets JSON. */
export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json',
  html: 'text/html',
  sarif: 'application/sarif+json',
  text: 'text/plain',
  prometheus: 'text/plain;version=0.0.4',
};

/** A report as an HTTP answer has it. */
export type Answer = {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** For what no browser is to show as a page. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** @param now by default the time of the report */
export function reportAs(
  report: ShownReport,
  format: Format,
  now = new Date(report.generatedAt),
): Answer {
  const answer = (contentType: string, body: string, policy = NO_PAGE): Answer => ({
    contentType,
    headers: {
      'Cache-Control': 'no-store',
      'Content-Security-Policy': policy,
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    },
    body,
  });
  switch (format) {
    case 'json':
      return answer('application/json', toJson(report));
    case 'html':
      return answer('text/html; charset=utf-8', pageOf(report, now), PAGE_POLICY);
    case 'sarif':
      return answer('application/sarif+json', toJson(sarifOf(report)));
    case 'prometheus':
      return answer('text/plain; version=0.0.4; charset=utf-8', prometheusOf(report, now));
    case 'text':
      return answer('text/plain; charset=utf-8', textOf(report));
  }
}

/** The format of that name, or without a name the best of all for whoever asks. */
export function formatOf(
  name: unknown,
  accepts: (mediaTypes: string[]) => string | false,
): Format | undefined {
  if (name !== undefined) return FORMATS.find((known) => known === name);
  const best = accepts(Object.values(MEDIA_TYPES));
  return FORMATS.find((format) => MEDIA_TYPES[format] === best) ?? 'json';
}
