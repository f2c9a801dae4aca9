import {
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from 'js-yaml';
import { isScalar, type ScalarTag, Schema } from 'yaml';
import { quoted } from '../basics/printable.ts';
import { error, type Path, type Remark } from './fault.ts';
import {
  behind,
  headerOf,
  isBlock,
  isEmpty,
  placesOf,
  type StartOf,
  startOfEvent,
} from './quick-positions.ts';

/** A text as plain data, by a parser that is quick and knows what is right, not what was meant. */
export type QuickReading = {
  readonly value: unknown;
  readonly remarks: readonly { readonly start: number; readonly remark: Remark }[];
  readonly longNumbers: readonly Path[];
  readonly startOf: StartOf;
};

/** What is left to the exact reader, from where on, and why. */
export type Unsure = { readonly start: number; readonly unsure: string };

const WRITE_OUT =
  'anchors, aliases, merges, tags and directives are for smaller files: write out what they stand for';
const ODD =
  'an odd line: indent by spaces, end lines as all others are ended, and leave "..." and byte order marks out';

/** The very tags by which the exact reader resolves what is not quoted. */
const TAGS = new Schema({ schema: 'core' }).tags.filter(
  (tag): tag is ScalarTag => tag.default === true && 'test' in tag,
);

/** What a plain text of another type than text begins with. */
const MAY_BE_OTHER = /^[-+.\d~nNtTfF]/;

function plain(source: string): unknown {
  if (source === '') return null;
  if (!MAY_BE_OTHER.test(source)) return source;
  const tag = TAGS.find(({ test }) => test?.test(source));
  const value = tag ? tag.resolve(source, () => undefined, { intAsBigInt: false }) : source;
  return isScalar(value) ? value.value : value;
}

/** Where the two readers may differ: `...` at the margin, a tab that indents, a carriage return alone, a byte order mark within. */
const RARE = /^\.\.\.|^ *\t|\r(?!\n)|\uFEFF/m;

const eventsOf = (text: string): { readonly events: readonly Event[] } | Unsure => {
  try {
    return { events: parseEvents(text, {}) };
  } catch (thrown) {
    if (!(thrown instanceof YAMLException)) throw thrown;
    return { start: thrown.mark?.position ?? 0, unsure: `this is not YAML: ${thrown.reason}` };
  }
};

/**
 * Reads what is right as YAML 1.2 and sure to mean the same to the exact reader. Whatever is wrong, or rare enough to differ in, is
 * left to that one: it knows what to say of it.
 *
 * @param takeFromTop gets each item of a list that is the whole of the text, and then the list is empty
 */
export function readEvents(
  text: string,
  takeFromTop?: (item: unknown) => void,
): QuickReading | Unsure {
  const parsed = eventsOf(text);
  if ('unsure' in parsed) return parsed;
  const { events } = parsed;
  const rare = RARE.exec(text);
  if (rare) return { start: rare.index, unsure: ODD };
  const [document, root] = events;
  if (document?.type !== EVENT_ID.DOCUMENT || !root || root.type === EVENT_ID.SCALAR) {
    return { start: 0, unsure: 'this is neither a mapping nor a list' };
  }
  if (document.directives.length > 0) return { start: 0, unsure: WRITE_OUT };

  const path: (string | number)[] = [];
  const longNumbers: Path[] = [];
  const remarks: { start: number; remark: Remark }[] = [];
  let unsure: Unsure | undefined;
  let at = 1;

  const leave = (event: Event, why: string) => {
    unsure ??= { start: startOfEvent(text, event), unsure: why };
  };
  const marked = (event: Event) => {
    const isMarked =
      event.type === EVENT_ID.ALIAS ||
      ('anchorStart' in event && (event.anchorStart !== -1 || event.tagStart !== -1));
    if (isMarked) leave(event, WRITE_OUT);
  };

  const readScalar = (event: ScalarEvent): unknown => {
    const source = getScalarValue(text, event);
    if (isBlock(event) && !/^[^|>]*[|>][-+]?\s*$/.test(headerOf(text, event))) {
      leave(event, 'write "|" or ">", "-" or "+", and nothing else behind the key');
    }
    if (event.style !== SCALAR_STYLE.PLAIN) return source;
    const value = plain(source);
    if (typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(source)) {
      longNumbers.push([...path]);
      return source;
    }
    return value;
  };

  const readSequence = (): unknown[] => {
    const items: unknown[] = [];
    const take = path.length === 0 ? takeFromTop : undefined;
    for (let i = 0; events[at]?.type !== EVENT_ID.POP; i++) {
      const event = events[at] as Event;
      if (isEmpty(event)) leave(event, 'there is nothing after this "-"');
      path.push(i);
      const item = read();
      if (take) take(item);
      else items.push(item);
      path.pop();
    }
    at++;
    return items;
  };

  const readMapping = (): Record<string, unknown> => {
    const result: Record<string, unknown> = {};
    while (events[at]?.type !== EVENT_ID.POP) {
      const key = events[at] as Event;
      if (key.type !== EVENT_ID.SCALAR || isEmpty(key) || isBlock(key)) {
        leave(key, 'a key is a plain name');
        at = behind(events, behind(events, at));
        continue;
      }
      marked(key);
      at++;
      const name = getScalarValue(text, key);
      if (name === '<<') leave(key, WRITE_OUT);
      const wrong =
        name === '__proto__'
          ? error([...path], 'no key can have this name: leave it out')
          : Object.hasOwn(result, name)
            ? error([...path, name], `${quoted(name)} stands twice in one mapping: leave one out`)
            : undefined;
      if (wrong) {
        remarks.push({ start: startOfEvent(text, key), remark: wrong });
        at = behind(events, at);
        continue;
      }
      path.push(name);
      result[name] = read();
      path.pop();
    }
    at++;
    return result;
  };

  function read(): unknown {
    const event = events[at++] as Event;
    marked(event);
    if (event.type === EVENT_ID.SCALAR) return readScalar(event);
    if (event.type === EVENT_ID.SEQUENCE) return readSequence();
    return event.type === EVENT_ID.MAPPING ? readMapping() : undefined;
  }

  const value = read();
  const next = events[at + 1];
  if (next) return { start: text.length, unsure: 'a second document begins' };
  return unsure ?? { value, remarks, longNumbers, startOf: placesOf(text) };
}
