import { intervalsOf, NOTHING } from '../../iam/condition/condition.ts';
import { earliest, LAST_INSTANT, latest, type Nanos } from '../../iam/condition/literal.ts';
import type { Condition } from '../../iam/policy.ts';

/** From `start` until just before `end`. */
export type Span = { readonly start: Nanos; readonly end: Nanos };

/** The end of a span that has no end. */
export const NEVER: Nanos = LAST_INSTANT + 1n;

/** When the condition certainly holds. A span that reaches `to` may go on after it. */
export const spansOf = (condition: Condition | undefined, from: Nanos, to: Nanos): Span[] =>
  condition
    ? intervalsOf(condition, NOTHING, from, to).filter(({ truth }) => truth === 'yes')
    : [{ start: from, end: NEVER }];

/** When at least one of the lists has a span. In order, without gaps between neighbours. */
export function unionOfSpans(lists: readonly (readonly Span[])[]): Span[] {
  const all = lists.flat().sort((a, b) => (a.start < b.start ? -1 : 1));
  const merged: Span[] = [];
  for (const span of all) {
    const last = merged.at(-1);
    if (last && span.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: latest(last.end, span.end) };
    } else merged.push(span);
  }
  return merged;
}

/** When all of the lists have a span. */
export function commonSpans(lists: readonly (readonly Span[])[], from: Nanos): Span[] {
  let common: Span[] = [{ start: from, end: NEVER }];
  for (const list of lists) {
    const next: Span[] = [];
    for (let i = 0, j = 0; i < common.length && j < list.length; ) {
      const [a, b] = [common[i] as Span, list[j] as Span];
      const span = { start: latest(a.start, b.start), end: earliest(a.end, b.end) };
      if (span.start < span.end) next.push(span);
      if (a.end < b.end) i++;
      else j++;
    }
    common = next;
  }
  return common;
}

/** The first instant of the spans that is not before `from`. */
export function firstInstant(spans: readonly Span[], from: Nanos): Nanos | undefined {
  const span = spans.find(({ end }) => end > from);
  return span && latest(span.start, from);
}
