import type { Path } from './fault.ts';
import { type Cut, cut } from './list-slices.ts';
import { placesOf, type StartOf } from './quick-positions.ts';
import { type QuickReading, readEvents } from './quick-reader.ts';

/** What is read of so many items is swept up while it is young; below it a text is read as a whole. */
const ITEMS_EACH = 256;

/** Finds the run that a path leads into, and keeps what it knows of the last one only. */
function placesIn(
  { start, end, runs }: Cut,
  key: string,
  firsts: readonly number[],
  head: StartOf,
  isInLines: boolean,
): StartOf {
  const inWhole = (offset: number) => (offset < start ? offset : offset + end - start);
  let last: { readonly index: number; readonly startOf: StartOf } | undefined;
  return (path, onKey) => {
    const [top, item, ...rest] = path;
    const isList = path.length === 1 && isInLines && !onKey;
    if (top !== key || (item === undefined && !isList)) return inWhole(head(path, onKey));
    const later = firsts.findIndex((first) => first > Number(item ?? 0));
    const index = (later === -1 ? firsts.length : later) - 1;
    const run = runs[index] as Cut['runs'][number];
    if (last?.index !== index) last = { index, startOf: placesOf(run.text()) };
    const inside = item === undefined ? [] : [Number(item) - (firsts[index] as number), ...rest];
    return run.start + last.startOf(inside, onKey);
  };
}

/**
 * Reads a text run by run of the list at `key`, so that what it takes does not grow with the list.
 *
 * @returns none where there are few items, where it cannot be cut, and where a run is not what it looked like: what was given is void then
 */
export function readRuns(
  text: string,
  key: string,
  take: (item: unknown) => void,
  itemsEach = ITEMS_EACH,
): QuickReading | undefined {
  const pieces = cut(text, key, itemsEach);
  if (!pieces || pieces.runs.length < 2) return undefined;
  const head = readEvents(pieces.rest);
  if ('unsure' in head || head.remarks.length > 0) return undefined;
  const list = (head.value as Record<string, unknown> | null)?.[key];
  const isInLines = list === null;
  if (!isInLines && !(Array.isArray(list) && list.length === 0)) return undefined;

  const remarks: QuickReading['remarks'][number][] = [];
  const longNumbers = [...head.longNumbers];
  const firsts: number[] = [];
  let count = 0;
  for (const run of pieces.runs) {
    const first = count;
    firsts.push(first);
    const inWhole = ([i, ...path]: Path): Path => [key, first + Number(i), ...path];
    const reading = readEvents(run.text(), (item) => {
      count++;
      take(item);
    });
    if ('unsure' in reading || count - first !== run.items) return undefined;
    for (const { start, remark } of reading.remarks) {
      remarks.push({
        start: run.start + start,
        remark: { ...remark, path: inWhole(remark.path) },
      });
    }
    for (const path of reading.longNumbers) longNumbers.push(inWhole(path));
  }
  return {
    value: { ...(head.value as object), [key]: [] },
    remarks,
    longNumbers,
    startOf: placesIn(pieces, key, firsts, head.startOf, isInLines),
  };
}
