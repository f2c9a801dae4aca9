import type { ListedReport } from '../../shared/domain/audit/listed-report.ts';
import { inSteps } from '../../shared/operations/in-steps.ts';
import type { Format } from '../../shared/report/format-names.ts';
import { type RenderedReport, renderSteps } from '../../shared/report/formats.ts';
import type { Filter, ShownReport } from '../../shared/report/words/shown-report.ts';
import { filtered } from '../../shared/report/words/view.ts';

/** A page says how long each credential is still valid. */
const KEPT_MS = 30_000;
/** Renderings of one report: each format, and some filters. A page may have some MB. */
const KEPT_AT_MOST = 10;

type Rendering = { readonly rendered: Promise<RenderedReport>; readonly madeAt: number };

/** The renderings of a report are freed with the report. */
const kept = new WeakMap<ListedReport, Map<string, Rendering>>();

/** Renders a report once in half a minute for each format and filter, however many requests arrive. */
export async function renderedReport(
  report: ListedReport,
  format: Format,
  filter: Filter,
  now: Date,
  marks: Pick<ShownReport, 'cloud'>,
): Promise<RenderedReport> {
  const renderings = kept.get(report) ?? new Map<string, Rendering>();
  kept.set(report, renderings);
  const key = JSON.stringify([format, filter.chains, filter.severities]);
  const known = renderings.get(key);
  if (known && now.getTime() - known.madeAt < KEPT_MS) return known.rendered;
  const shown = { ...filtered(report, filter), ...marks };
  const rendered = inSteps(renderSteps(shown, format, now));
  renderings.delete(key);
  renderings.set(key, { rendered, madeAt: now.getTime() });
  const [oldest] = renderings.keys();
  if (renderings.size > KEPT_AT_MOST && oldest !== undefined) renderings.delete(oldest);
  return rendered;
}
