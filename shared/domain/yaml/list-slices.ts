/** A list at the top of a text, cut into runs of items, each of which is a list when read alone; and the text without them. */
export type Cut = {
  readonly rest: string;
  /** Where the runs were, in the text. */
  readonly start: number;
  readonly end: number;
  readonly runs: readonly Run[];
};

export type Run = {
  /** Cut out when it is asked for: of JSON it is a copy. */
  readonly text: () => string;
  /** Of its text, in the whole. */
  readonly start: number;
  readonly items: number;
};

function runsOf(
  starts: readonly number[],
  end: number,
  itemsEach: number,
  textOf: (from: number, to: number) => string,
  lead: number,
): Run[] {
  const runs: Run[] = [];
  for (let i = 0; i < starts.length; i += itemsEach) {
    const start = starts[i] as number;
    const next = starts[i + itemsEach];
    const items = Math.min(itemsEach, starts.length - i);
    runs.push({ text: () => textOf(start, next ?? end), start: start - lead, items });
  }
  return runs;
}

/** A list in lines: whatever stands at the margin, a comment aside, ends it. */
function cutLines(text: string, key: string, itemsEach: number): Cut | undefined {
  const opening = new RegExp(`^${key}:[ \\t]*(?:#.*)?\\r?\\n`, 'm').exec(text);
  if (!opening) return undefined;
  const start = opening.index + opening[0].length;
  const first = /^( *)- /m.exec(text.slice(start, start + 10_000));
  if (!first) return undefined;
  const dash = `${first[1]}- `;
  if (!/^(?: *(?:#.*)?\r?\n)*$/.test(text.slice(start, start + first.index))) return undefined;
  const starts: number[] = [];
  let at = start;
  for (; at < text.length; at = text.indexOf('\n', at) + 1 || text.length) {
    if (text.startsWith(dash, at)) starts.push(at);
    else if (!' #\r\n'.includes(text.charAt(at))) break;
  }
  const textOf = (from: number, to: number) => text.slice(from, to);
  return {
    rest: text.slice(0, start) + text.slice(at),
    start,
    end: at,
    runs: runsOf(starts, at, itemsEach, textOf, 0),
  };
}

/** The quote that closes the one at `at`. */
function closingQuote(text: string, at: number): number {
  let end = at;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
    let before = end;
    while (text[before - 1] === '\\') before--;
    if ((end - before) % 2 === 0) return end;
  }
}

/** A list in JSON. Of YAML in braces it knows nothing: there a comment may hold a bracket. */
function cutBrackets(text: string, key: string, itemsEach: number): Cut | undefined {
  const quotedKey = JSON.stringify(key);
  const starts: number[] = [];
  let depth = 0;
  let start = -1;
  let name = '';
  let before = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === ' ' || char === '\n' || char === '\r') continue;
    const isItem = start >= 0 && depth === 2 && char !== ',' && char !== ']';
    if (isItem && (before === '[' || before === ',')) starts.push(at);
    if (char === '"') {
      if (!'{[,:'.includes(before)) return undefined;
      const end = closingQuote(text, at);
      if (depth === 1 && before !== ':') name = text.slice(at, end + 1);
      at = end;
    } else if (char === '{' || char === '[') {
      depth++;
      if (depth === 2 && char === '[' && before === ':' && name === quotedKey) {
        if (start >= 0) return undefined;
        start = at + 1;
      }
    } else if (char === '}' || char === ']') {
      depth--;
      if (depth === 1 && start >= 0 && char === ']' && name === quotedKey) {
        const textOf = (from: number, to: number) =>
          `[${text.slice(from, to).replace(/,\s*$/, '')}]`;
        return {
          rest: text.slice(0, start) + text.slice(at),
          start,
          end: at,
          runs: runsOf(starts, at, itemsEach, textOf, 1),
        };
      }
    } else if (!/[\w.,:+-]/.test(char)) return undefined;
    before = char;
  }
  return undefined;
}

/**
 * Cuts a text without reading it: where an item begins is told by the margin, or by brackets. Who reads the runs is to find in each as
 * many items as are said to be there; else something that spans lines has looked like the beginning of one.
 */
export const cut = (text: string, key: string, itemsEach: number): Cut | undefined =>
  /^\s*\{/.test(text) ? cutBrackets(text, key, itemsEach) : cutLines(text, key, itemsEach);
