import {
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
} from 'js-yaml';
import type { Path } from './fault.ts';

const isQuoted = ({ style }: ScalarEvent) =>
  style === SCALAR_STYLE.DOUBLE_QUOTED || style === SCALAR_STYLE.SINGLE_QUOTED;
export const isBlock = ({ style }: ScalarEvent) =>
  style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK;

/** The line of a block's `|` or `>`, which ends where its content begins. */
export const headerOf = (text: string, { valueStart }: ScalarEvent): string =>
  text.slice(text.lastIndexOf('\n', valueStart - 2) + 1, valueStart);

export function startOfEvent(text: string, event: Event): number {
  if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) return event.start;
  if (event.type !== EVENT_ID.SCALAR) return 0;
  if (isQuoted(event)) return event.valueStart - 1;
  if (!isBlock(event)) return event.valueStart;
  const header = headerOf(text, event);
  return event.valueStart - header.length + header.search(/[|>]/);
}

export const isEmpty = (event: Event | undefined): boolean =>
  event?.type === EVENT_ID.SCALAR && event.valueStart === -1;

/** The index behind the node at `at`. */
export function behind(events: readonly Event[], at: number): number {
  let depth = 0;
  let i = at;
  do {
    const type = events[i]?.type;
    if (type === EVENT_ID.SEQUENCE || type === EVENT_ID.MAPPING) depth++;
    else if (type === EVENT_ID.POP) depth--;
    i++;
  } while (depth > 0 && i < events.length);
  return i;
}

/** Where a path stands, as an offset. For a key that is missing: the mapping that it is missing from. */
export type StartOf = (path: Path, onKey: boolean) => number;

/** Where the members of a collection are, by key or position: the key, and the value. */
function membersOf(text: string, events: readonly Event[], at: number) {
  const members = new Map<string | number, { readonly key: number; readonly value: number }>();
  const isMap = events[at]?.type === EVENT_ID.MAPPING;
  for (let i = at + 1; i < events.length && events[i]?.type !== EVENT_ID.POP; ) {
    const value = isMap ? i + 1 : i;
    const name = isMap ? getScalarValue(text, events[i] as ScalarEvent) : members.size;
    if (!members.has(name)) members.set(name, { key: i, value });
    i = behind(events, value);
  }
  return members;
}

/** Finds places again, as few are asked for: the events of a large file fill memory. */
export function placesOf(text: string): StartOf {
  let again: readonly Event[] | undefined;
  const known = new Map<number, ReturnType<typeof membersOf>>();
  const membersAt = (all: readonly Event[], at: number) => {
    const members = known.get(at) ?? membersOf(text, all, at);
    known.set(at, members);
    return members;
  };
  return (path, onKey) => {
    again ??= parseEvents(text, {});
    const all = again;
    let at = 1;
    let spot = 1;
    for (const [i, step] of path.entries()) {
      const { type } = all[at] as Event;
      if (type !== EVENT_ID.SEQUENCE && type !== EVENT_ID.MAPPING) break;
      const member = membersAt(all, at).get(step);
      if (!member) {
        spot = at;
        break;
      }
      const { key, value } = member;
      spot = (onKey && i === path.length - 1) || isEmpty(all[value]) ? key : value;
      at = value;
    }
    return startOfEvent(text, all[spot] as Event);
  };
}
