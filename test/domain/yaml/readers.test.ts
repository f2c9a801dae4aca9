import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { stringify } from 'yaml';
import { parseChainFile } from '../../../shared/domain/chain-file/parse.ts';
import { error, type Path } from '../../../shared/domain/yaml/fault.ts';
import { readRuns } from '../../../shared/domain/yaml/long-list-reader.ts';
import { readEvents } from '../../../shared/domain/yaml/quick-reader.ts';
import {
  parseExactly,
  parseYamlSource,
  type YamlSource,
} from '../../../shared/domain/yaml/source.ts';
import { RIGHT } from '../chain-file/rows.ts';

/** Every path of a value, and one that is missing from each mapping. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members = Object.entries(value).map(([key, one]) =>
    pathsOf(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...(Array.isArray(value) ? [] : [[...path, 'no such key']]), ...members.flat()];
}

/** All that a source says. */
const told = (source: YamlSource) => ({
  value: source.value,
  faults: source.faults.map((fault) => JSON.stringify(fault)).sort(),
  longNumbers: source.longNumbers,
  places: pathsOf(source.value).flatMap((path) =>
    [true, false].map((onKey) => source.locate({ ...error(path, ''), onKey })),
  ),
});

/** How many texts the quick reader was sure of. */
const seen = { whole: 0, inRuns: 0 };

function agree(text: string): void {
  const exact = told(parseExactly(text));
  if (!('unsure' in readEvents(text))) {
    seen.whole++;
    same(told(parseYamlSource(text)), exact);
  }
  const items: unknown[] = [];
  const runs = readRuns(text, 'chains', (item) => items.push(item), 2);
  if (!runs) return;
  seen.inRuns++;
  const value = { ...(runs.value as object), chains: items };
  const placeOf = (start: number) => {
    const lines = text.slice(0, start).split('\n');
    return `${lines.length}:${(lines.at(-1) as string).length + 1}`;
  };
  const places = pathsOf(value).flatMap((path) =>
    [true, false].map((onKey) => placeOf(runs.startOf(path, onKey))),
  );
  const { longNumbers } = runs;
  same(
    { value, faults: runs.remarks.length, longNumbers, places },
    {
      value: exact.value,
      faults: exact.faults.length,
      longNumbers: exact.longNumbers,
      places: exact.places.map((fault) => fault && `${fault.line}:${fault.column}`),
    },
  );
}

/** Thousands of comparisons are quicker without `expect`, which is asked to show the one that fails. */
const same = (one: unknown, other: unknown): void => {
  if (!isDeepStrictEqual(one, other)) expect(one).toStrictEqual(other);
};

/** What YAML has signs for, and what stumbles over them. */
const BITS = [
  ...[
    '\n',
    '\n  ',
    '\n    ',
    '  ',
    '- ',
    '-',
    ':',
    ': ',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    '#',
    ' #',
  ],
  ...[
    '|',
    '>',
    '>-\n',
    '|1',
    '&a ',
    '*a',
    '!t ',
    '%',
    '---',
    '...\n',
    '?',
    '? ',
    '<<: ',
    '\t',
    '\r\n',
  ],
  ...[
    '\r',
    '~',
    '0',
    '1e5',
    '0o7',
    '.inf',
    'null',
    '',
    'é',
    '\u2028',
    '\u0085',
    '\uFEFF',
    '\u{1F600}',
  ],
  ...[
    '@',
    '`',
    '\\',
    '\\x41',
    '=',
    '""',
    "''",
    'k: v',
    'a: b: c',
    '[a: b]',
    '12345678901234567890123',
  ],
  ...['chains:', '- name: x\n', '__proto__: 1\n', 'caller: twice\n'],
];
const LINES = `caller: minter # about it
chains:
  # and about this
  - name: billing-export
    delegates: [relay, 104857600000000000000]

  - target: >-
      folded text
      of two lines
    n: [1, 2.5, -0, 0x1F, .inf, 1e3, ~, true, null, 007, +1]
  - secret: |
      block
       text
    multi: plain text
      over lines
    "quoted key" : "a\\u00e9\\n\\
      b"
    empty:
exceptions:
- account: 'it''s'
`;
const JSON_LINES = JSON.stringify(
  { caller: 'm', chains: [{ t: '}]"{[', n: 1 }, { 'b\\': [1, [2]] }, 's', 7], z: { chains: [1] } },
  null,
  2,
);
const edited = (base: string) =>
  fc
    .array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        drop: fc.integer({ min: 0, max: 8 }),
        put: fc.constantFrom(...BITS),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((edits) =>
      edits.reduce((text, { at, drop, put }) => {
        const i = Math.floor(at * text.length);
        return text.slice(0, i) + put + text.slice(i + drop);
      }, base),
    );
const word = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom(...BITS));
const scalar = fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const { node } = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(word, tie('node'), { maxKeys: 4 }),
  ),
}));
const WRITERS: readonly ((value: unknown) => string)[] = [
  (value) => stringify(value, { aliasDuplicateObjects: false }),
  (value) => stringify(value, { indentSeq: false, lineWidth: 20 }),
  (value) => stringify(value, { collectionStyle: 'flow' }),
  (value) => stringify(value, { defaultStringType: 'QUOTE_DOUBLE', indent: 4 }),
  (value) => dump(value),
  (value) => dump(value, { flowLevel: 2 }),
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, null, 2),
  (value) => JSON.stringify(value, null, '\t'),
];
const written = fc
  .tuple(
    fc.record({ caller: word, chains: fc.array(node, { maxLength: 7 }), tail: node }),
    fc.constantFrom(...WRITERS),
  )
  .map(([value, write]) => write(value));

describe('the quick reader of YAML says what the exact one says, of what it is sure of', () => {
  // A seed, so that a failure is one for everybody.
  const of = (texts: fc.Arbitrary<string>, numRuns: number) =>
    fc.assert(
      fc.property(texts, (text) => agree(text.replace(/^\uFEFF/, ''))),
      { seed: 42, numRuns },
    );

  it('in whatever a program writes', () => {
    of(written, 300);
    expect(seen.whole).toBeGreaterThan(150);
    expect(seen.inRuns).toBeGreaterThan(60);
  });
  it('in lines that somebody has spoilt', () => of(edited(LINES), 300));
  it('in JSON that somebody has spoilt', () => of(edited(JSON_LINES), 200));
  it('in a soup of signs', () =>
    of(
      fc
        .array(fc.constantFrom(...BITS, 'x', 'k: '), { maxLength: 25 })
        .map((bits) => bits.join('')),
      500,
    ));
  it('in a chain file, right or cut off', () => {
    for (let end = 0; end <= RIGHT.length; end += 17) agree(RIGHT.slice(0, end));
    agree(RIGHT);
  });
});

describe('a long chain file', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  const chain = (i: number, target = 'target') => `  - name: c${i}
    ${target}: reader-${i}@acme-data.iam.gserviceaccount.com
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery] }
    secret: projects/acme-ops/secrets/c${i}
`;
  const CALLER = 'caller: minter@acme-ops.iam.gserviceaccount.com\n';
  const DEFAULTS = 'defaults: { lifetime: 1h, rotateEvery: 30m }\n';
  const long = (texts: readonly string[], caller = CALLER) =>
    `${caller}${DEFAULTS}chains:\n${texts.join('')}exceptions: []\n`;
  const chains = Array.from({ length: 1000 }, (_, i) => chain(i));
  /** An anchor is not for the quick reader. */
  const exactly = (texts: readonly string[]) => long(texts, CALLER.replace('minter', '&it minter'));

  it('is what the exact reader makes of it', () => {
    const { file, faults } = parseChainFile(long(chains), now);
    expect(file?.chains).toHaveLength(1000);
    expect({ file, faults }).toEqual(parseChainFile(exactly(chains), now));
  });

  it('has all its faults told where they are, whichever run of it they are in', () => {
    const spoilt = chains.map((text, i) => {
      if (i === 300) return chain(i, 'trget');
      if (i === 600) return '  - no chain\n';
      if (i === 700) return text.replace('c700', 'c10').replace('secrets/c700', 'secrets/c20');
      if (i === 999) return `${text}    format: jsn\n    format: raw\n`;
      return text;
    });
    const { file, faults } = parseChainFile(long(spoilt), now);
    expect(file).toBeUndefined();
    expect(faults.map(({ line }) => line)).toEqual([1204, 1205, 2404, 2801, 2804, 4001, 4002]);
    expect(faults).toEqual(parseChainFile(exactly(spoilt), now).faults);
  });

  it('of more than 8 MB is read on up to its first fault only, and by the quick reader', () => {
    const huge = `${chains.join('')}${`# ${'about it '.repeat(100)}\n`.repeat(10_000)}`;
    const at = (text: string) =>
      parseChainFile(text, now).faults.map((f) => `${f.line}:${f.column}: ${f.message}`);
    expect(at(long([huge, '  - name: [open\n']))).toEqual([
      expect.stringMatching(/^14005:1: this is not YAML: .*the first fault is told alone\)$/),
    ]);
    expect(at(exactly([huge]))).toEqual([
      expect.stringMatching(/^1:13: anchors, .* are for smaller files: write out .*$/),
    ]);
  });
});
