import { msOf, type Nanos, nanosOf } from '../../iam/condition/literal.ts';
import { isSingle } from '../../iam/member.ts';
import { covers } from '../../iam/membership.ts';
import { READ_SECRET } from '../../iam/permissions.ts';
import { isImpersonation } from '../access/holders.ts';
import type { Way, Ways } from '../access/ways.ts';
import { commonSpans, firstInstant, NEVER, type Span, spansOf, unionOfSpans } from './spans.ts';

const DAY_MS = 86_400_000;
/** How far ahead the conditions are computed, in days: further only if that is not enough. The first is that of an audit. */
const DAYS_AHEAD = [15, 400, 8000];
/** The most windows of an answer. A condition on the hour has one each day. */
const WINDOWS_MAX = 5;

/** When somebody can get a credential. Instants are RFC 3339, rounded up to a millisecond. */
export type When = {
  /** The first instant at which the last step works. */
  readonly from: string;
  /** The first windows in which all steps work. `until` is absent if no end is known. */
  readonly windows: readonly { readonly from: string; readonly until?: string }[];
  /** The instant of each step, if there is none at which all of them work. */
  readonly steps?: readonly string[];
};

/**
 * When the ways work one after the other. A way that mints must work again for each later way, because its token ends. What a changed policy
 * or a new key gives stays.
 *
 * @param grantsOf all grants of a way, as several bindings may give it at different times
 * @returns undefined if they never do
 */
export function whenOf(
  ways: readonly Way[],
  grantsOf: (way: Way) => readonly Way[],
  now: Date,
): When | undefined {
  const start = nanosOf(now);
  for (const days of DAYS_AHEAD) {
    const end = nanosOf(new Date(now.getTime() + days * DAY_MS));
    const spans = ways.map((way) =>
      // Without a condition, no other grant adds to it. A policy may have thousands of them.
      way.holder.binding.condition === undefined
        ? [{ start, end: NEVER }]
        : unionOfSpans(
            grantsOf(way).map(({ holder }) => spansOf(holder.binding.condition, start, end)),
          ),
    );
    const instants = instantsOf(ways, spans, start);
    if (!instants) continue;
    const from = instants.at(-1) ?? start;
    const common = commonSpans(spans, start);
    const isOneRun = common.some((span) => span.start <= from && from < span.end);
    const shown = (isOneRun ? common : [{ start: from, end: NEVER }]).slice(0, WINDOWS_MAX);
    // A window that reaches the end may go on.
    const isCut = shown.some((span) => span.end === end);
    if (isCut && days !== DAYS_AHEAD.at(-1)) continue;
    return {
      from: textOf(from),
      windows: shown.map((span) => ({
        from: textOf(span.start),
        ...(span.end < end && { until: textOf(span.end) }),
      })),
      ...(!isOneRun && { steps: instants.map(textOf) }),
    };
  }
  return undefined;
}

/** The earliest instant of each way. */
function instantsOf(
  ways: readonly Way[],
  spans: readonly (readonly Span[])[],
  start: Nanos,
): Nanos[] | undefined {
  const instants: Nanos[] = [];
  let at = start;
  for (const [i, own] of spans.entries()) {
    const again = spans.filter((_, j) => j < i && !lasts(ways[j] as Way));
    const next = firstInstant(commonSpans([...again, own], start), at);
    if (next === undefined) return undefined;
    instants.push(next);
    at = next;
  }
  return instants;
}

/** What the way gives stays when its grant ends. */
const lasts = ({ permission }: Way): boolean =>
  permission !== READ_SECRET && !isImpersonation(permission);

/** The certain ways to use one permission on one asset: of single identities by their names, and of sets. */
type Indexed = {
  readonly byMember: ReadonlyMap<string, readonly Way[]>;
  readonly sets: readonly Way[];
};

/** All certain grants of a way to the same members. A policy may have thousands of members, so the ways are indexed once. */
export function grantsIn(ways: Ways): (way: Way) => Way[] {
  const indexes = new Map<string, Indexed>();
  const indexOf = (asset: string, permission: string): Indexed => {
    const key = `${permission} ${asset}`;
    const known = indexes.get(key);
    if (known) return known;
    const certain = (ways.get(asset) ?? []).filter(
      (way) =>
        way.permission === permission && way.holder.certain === 'yes' && !way.isPerhapsDenied,
    );
    const [single, sets]: [Way[], Way[]] = [[], []];
    for (const way of certain) (isSingle(way.holder.principal) ? single : sets).push(way);
    const index = { byMember: Map.groupBy(single, ({ holder }) => holder.member), sets };
    indexes.set(key, index);
    return index;
  };
  return (way) => {
    const { holder, asset, permission } = way;
    const { byMember, sets } = indexOf(asset.name, permission);
    const including = sets.filter(
      (other) => covers(other.holder.principal, holder.principal) === 'yes',
    );
    return [...new Set([way, ...(byMember.get(holder.member) ?? []), ...including])];
  };
}

/** Rounded up: the condition already holds then. */
function textOf(at: Nanos): string {
  const ms = msOf(at);
  return new Date(nanosOf(new Date(ms)) < at ? ms + 1 : ms).toISOString();
}
