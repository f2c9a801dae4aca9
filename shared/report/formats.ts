import { toJson } from './json.ts';
import { PAGE_POLICY, pageOf } from './page/page.ts';
import type { Showing, ShownReport } from './shown.ts';
import { textOf } from './text.ts';

export const FORMATS = ['json', 'html', 'text'] as const;
export type Format = (typeof FORMATS)[number];

/** A report as an HTTP answer has it. */
export type Answer = {
  readonly contentType: string;
  /** What a browser may load and run when it shows this. */
  readonly contentSecurityPolicy: string;
  readonly body: string;
};

/** For what no browser is to show as a page. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** @param showing without it, `now` is when the report was made */
export function reportAs(
  report: ShownReport,
  format: Format,
  showing: Showing = { now: new Date(report.generatedAt) },
): Answer {
  const answer = (contentType: string, body: string, contentSecurityPolicy = NOTHING): Answer => ({
    contentType,
    contentSecurityPolicy,
    body,
  });
  switch (format) {
    case 'json':
      return answer('application/json', toJson(report));
    case 'html':
      return answer('text/html; charset=utf-8', pageOf(report, showing.now), PAGE_POLICY);
    case 'text':
      return answer('text/plain; charset=utf-8', textOf(report));
  }
}
