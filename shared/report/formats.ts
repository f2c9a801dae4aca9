import { listed } from '../domain/audit/listed-report.ts';
import { finish, type Steps } from '../domain/basics/steps.ts';
import { FORMATS, type Format } from './format-names.ts';
import { jsonSteps } from './json.ts';
import { PAGE_POLICY, pageOf } from './page/page.ts';
import { prometheusOf } from './prometheus.ts';
import { sarifOf } from './sarif/sarif.ts';
import { textOf } from './text.ts';
import type { ShownReport } from './words/shown-report.ts';

/** The media type of each format. JSON comes first, so that a request for any type gets JSON. */
const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json',
  html: 'text/html',
  sarif: 'application/sarif+json',
  text: 'text/plain',
  prometheus: 'text/plain;version=0.0.4',
};

/** A report as an HTTP response. */
export type RenderedReport = {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** The Content-Security-Policy of formats that are not pages. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Renders a report. @param now by default the time of the report */
export const reportAs = (
  full: ShownReport,
  format: Format,
  now = new Date(full.generatedAt),
): RenderedReport => finish(renderSteps(full, format, now));

/** The same in steps. */
export function* renderSteps(full: ShownReport, format: Format, now: Date): Steps<RenderedReport> {
  const report = listed(full);
  yield;
  const rendered = (contentType: string, body: string, policy = NO_PAGE): RenderedReport => ({
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
      return rendered('application/json', yield* jsonSteps(report));
    case 'html':
      return rendered('text/html; charset=utf-8', yield* pageOf(report, now), PAGE_POLICY);
    case 'sarif':
      return rendered('application/sarif+json', yield* jsonSteps(sarifOf(report)));
    case 'prometheus':
      return rendered('text/plain; version=0.0.4; charset=utf-8', prometheusOf(report, now));
    case 'text':
      return rendered('text/plain; charset=utf-8', textOf(report));
  }
}

/** The named format; without a name, the best format for the request. Undefined for an unknown name. */
export function formatOf(
  name: unknown,
  accepts: (mediaTypes: string[]) => string | false,
): Format | undefined {
  if (name !== undefined) return FORMATS.find((known) => known === name);
  const best = accepts(Object.values(MEDIA_TYPES));
  return FORMATS.find((format) => MEDIA_TYPES[format] === best) ?? 'json';
}
