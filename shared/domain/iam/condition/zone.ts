const { floor } = Math;

const DAY_MS = 86_400_000;

/** The offsets from UTC that a zone has during a time, in milliseconds, and the transition between two of them if it is known. */
export type Offsets = { readonly min: number; readonly max: number; readonly transition?: number };

export type Zone = {
  /** In milliseconds, to add to UTC. */
  offsetAt(ms: number): number;
  /** Of all instants from `from` until just before `to`, both in milliseconds since 1970. They may include offsets that do not occur. */
  offsets(from: number, to: number): Offsets;
};

const fixed = (offset: number): Zone => {
  const offsets = { min: offset, max: offset };
  return { offsetAt: () => offset, offsets: () => offsets };
};
export const UTC = fixed(0);

const zones = new Map<string, Zone | undefined>();
/** The conditions of a policy choose the names, so their number has a bound. */
const ZONES_MAX = 1000;

/**
 * The zone of a name, of an offset such as `+05:30`, or undefined: no implementation of CEL knows it, or not every one.
 *
 * @see https://github.com/google/cel-spec/blob/master/doc/langdef.md#timezones
 */
export function zoneOf(name: string): Zone | undefined {
  if (name === 'UTC') return UTC;
  if (zones.has(name)) return zones.get(name);
  if (zones.size >= ZONES_MAX) zones.clear();
  const zone = makeZone(name);
  zones.set(name, zone);
  return zone;
}

function makeZone(name: string): Zone | undefined {
  const offset = /^(?<sign>[+-]?)(?<hours>0\d|1[0-4]):(?<minutes>[0-5]\d)$/.exec(name)?.groups;
  if (offset) {
    const minutes = Number(offset.hours) * 60 + Number(offset.minutes);
    return fixed((offset.sign === '-' ? -minutes : minutes) * 60_000);
  }
  if (!isExactName(name)) return undefined;
  try {
    return namedZone(
      new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' }),
    );
  } catch {
    return undefined;
  }
}

const CANONICAL = new Map(
  Intl.supportedValuesOf('timeZone').map((name) => [name.toLowerCase(), name]),
);
const WORD = /^(?:[A-Z][a-z]+|US|NSW|ACT|LHI|IN|GMT|UTC|UCT|\d+)$/;

/** Node ignores case, and knows names that are not in the database of IANA, such as `JST`. Other implementations do not. */
function isExactName(name: string): boolean {
  const canonical = CANONICAL.get(name.toLowerCase());
  if (canonical !== undefined) return canonical === name && name.includes('/');
  return name.includes('/') && name.split(/[/_+-]/).every((word) => WORD.test(word));
}

/** The transitions of a zone are at least three days apart, in all its history. So at most one of them is in a day. */
type Day = {
  readonly before: number;
  readonly after: number;
  readonly at: number;
  /** If there is no transition. */
  readonly steady: Offsets;
};

/** No zone was ever further from UTC: Manila was 15:56 behind, Metlakatla 15:14 ahead. */
const FURTHEST: Offsets = { min: -16 * 3_600_000, max: 16 * 3_600_000 };
const DAYS_EXACT = 40;
/** Thirty years of one zone. */
const DAYS_MAX = 11_000;

function namedZone(format: Intl.DateTimeFormat): Zone {
  const days = new Map<number, Day>();
  const ask = (ms: number) => offsetIn(format.format(ms));
  const makeDay = (number: number): Day => {
    let [from, to] = [number * DAY_MS, (number + 1) * DAY_MS];
    const [before, after] = [ask(from), ask(to)];
    while (before !== after && to - from > 1) {
      const middle = floor((from + to) / 2);
      if (ask(middle) === before) from = middle;
      else to = middle;
    }
    return { before, after, at: to, steady: { min: before, max: before } };
  };
  const dayOf = (number: number): Day => {
    const known = days.get(number);
    if (known) return known;
    if (days.size >= DAYS_MAX) days.clear();
    const day = makeDay(number);
    days.set(number, day);
    return day;
  };
  return {
    offsetAt(ms) {
      const { before, after, at } = dayOf(floor(ms / DAY_MS));
      return ms < at ? before : after;
    },
    offsets(from, to) {
      const [first, last] = [floor(from / DAY_MS), floor((to - 1) / DAY_MS)];
      if (last - first > DAYS_EXACT) return FURTHEST;
      if (first === last) {
        const { before, after, steady } = dayOf(first);
        if (before === after) return steady;
      }
      let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      let transition: number | undefined;
      for (let number = first; number <= last; number++) {
        const { before, after, at } = dayOf(number);
        if (from < at) [min, max] = [Math.min(min, before), Math.max(max, before)];
        if (to > at) [min, max] = [Math.min(min, after), Math.max(max, after)];
        if (before !== after && from < at && at < to) transition = at;
      }
      return { min, max, ...(transition !== undefined && { transition }) };
    },
  };
}

/** `1/31/1970, GMT-04:56:02` → milliseconds. `GMT` alone is 0. */
function offsetIn(text: string): number {
  const parts = /GMT(?:(?<sign>[+-])(?<h>\d\d):(?<m>\d\d)(?::(?<s>\d\d))?)?$/.exec(text)?.groups;
  const seconds = Number(parts?.h ?? 0) * 3600 + Number(parts?.m ?? 0) * 60 + Number(parts?.s ?? 0);
  return (parts?.sign === '-' ? -seconds : seconds) * 1000;
}
