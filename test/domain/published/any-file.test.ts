import fc from 'fast-check';
import { sha256 } from '../../../shared/domain/basics/canonical.ts';
import type { Account } from '../../../shared/domain/chain/account.ts';
import type { Chain, ChainFile, CredentialSpec } from '../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../shared/domain/chain/definition.ts';
import { intentOf } from '../../../shared/domain/chain/intent.ts';
import { compile } from '../../../shared/domain/published/compile.ts';
import {
  type OperatorPause,
  PREFIX_LENGTH,
  prefixOf,
} from '../../../shared/domain/published/header.ts';
import { publishedReader, readPublished } from '../../../shared/domain/published/read.ts';
import { runs } from '../../runs.ts';

const TEXTS = ['a', 'b', 'ключ', '\u2028', '"{}\n'];
const text = fc.constantFrom(...TEXTS);
const date = fc.date({
  min: new Date('2026-01-01T00:00:00Z'),
  max: new Date('2030-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const account: fc.Arbitrary<Account> = fc
  .record({ n: fc.nat(3), pinned: fc.boolean(), byId: fc.boolean() })
  .map(({ n, pinned, byId }) => {
    const uniqueId = `10000000000000000000${n}`;
    const email = `a${n}@p.iam.gserviceaccount.com`;
    return byId ? { uniqueId } : { email, ...(pinned && { uniqueId }) };
  });
const lifetimeSeconds = fc.constantFrom(900, 3600);
const credential: fc.Arbitrary<CredentialSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('access-token' as const),
    scopes: fc.array(text, { minLength: 1, maxLength: 3 }),
    lifetimeSeconds,
  }),
  fc.record({
    kind: fc.constant('id-token' as const),
    audience: text,
    includeEmail: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('signed-jwt' as const),
    // JSON has no -0.
    claims: fc
      .dictionary(text, fc.jsonValue({ maxDepth: 1 }))
      .map((claims) => JSON.parse(JSON.stringify(claims)) as Record<string, unknown>),
    lifetimeSeconds,
    allowTokenExchange: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('signed-blob' as const),
    payload: text,
    allowTokenExchange: fc.boolean(),
  }),
);
const pause = fc.record({ until: date, reason: text });
const chain: fc.Arbitrary<Omit<Chain, 'name' | 'secret'>> = fc.record(
  {
    delegates: fc.array(account, { maxLength: 3 }),
    target: account,
    credential,
    format: fc.constantFrom('raw' as const, 'json' as const, 'header' as const),
    rotateEverySeconds: fc.constantFrom(600, 1800),
    retryWindowSeconds: fc.constant(600),
    minValiditySeconds: fc.constant(300),
    readers: fc.array(text, { maxLength: 2 }),
    replication: fc.constant({ automatic: true as const }),
    paused: pause,
    source: fc.record({ path: fc.constantFrom('a.yaml', 'b.yaml'), line: fc.integer({ min: 1 }) }),
  },
  {
    requiredKeys: [
      'delegates',
      'target',
      'credential',
      'format',
      'rotateEverySeconds',
      'retryWindowSeconds',
      'minValiditySeconds',
      'source',
    ],
  },
);
const file: fc.Arbitrary<ChainFile> = fc
  .record(
    {
      caller: account,
      tickEverySeconds: fc.constant(60),
      writesPerMinute: fc.constant(540),
      grants: fc.constantFrom('token-creator' as const, 'narrow' as const),
      grantForSeconds: fc.constant(86_400),
      paused: pause,
      publishTo: fc.constant('gs://b/chains.jsonl'),
      publishers: fc.array(text, { maxLength: 2 }),
      exceptions: fc.array(
        fc.record({ account, member: text, reason: text, owner: text, expires: date }),
        { maxLength: 2 },
      ),
      administrators: fc.array(fc.record({ member: text, on: text, reviewed: date }), {
        minLength: 1,
        maxLength: 2,
      }),
      chains: fc.array(chain, { minLength: 1, maxLength: 5 }),
    },
    { requiredKeys: ['caller', 'tickEverySeconds', 'writesPerMinute', 'exceptions', 'chains'] },
  )
  .map(({ chains, ...settings }) => ({
    ...settings,
    chains: chains.map((one, i) => ({
      ...one,
      name: `chain-${i}`,
      secret: `projects/p/secrets/s-${i}`,
    })),
  }));

const sources = [
  { path: 'a.yaml', sha256: 'a'.repeat(64) },
  { path: 'b.yaml', sha256: 'b'.repeat(64) },
];
const pauses: fc.Arbitrary<OperatorPause[]> = fc.array(
  fc.record({ chain: fc.constant('chain-0'), until: date, reason: text }),
  { maxLength: 1 },
);

const VERSION = {
  digest: '',
  generation: '1',
  writtenAt: null,
  writtenBy: null,
  commit: null,
  sources,
};

const anyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.parse(JSON.stringify(value))),
  fc.constantFrom<unknown[]>(
    ...[null, true, false, 0, 1, -1, 1.5, 5, 1e300, '', '1', 'x', 'id-token', 'raw', 'a b', [], {}],
    ...[
      '2026-02-30T00:00:00.000Z',
      '2026-12-01',
      '2026-12-01T00:00:00Z',
      '2026-12-01T00:00:00.000Z',
      'f'.repeat(64),
    ],
    ...[['a1@p.iam.gserviceaccount.com'], { email: ['a1@p.iam.gserviceaccount.com'] }],
    ...[{ automatic: true }, { automatic: 'true' }, { automatic: false, replicas: [] }],
  ),
);
const key = fc.constantFrom(
  'x',
  'name',
  'paused',
  'readers',
  'uniqueId',
  'kmsKey',
  'toString',
  '0',
);
/** A change of a line at one place: another value, no value, or one more member. */
const change: fc.Arbitrary<(place: Place) => void> = fc.oneof(
  anyValue.map((value) => ({ parent, key }: Place) => {
    parent[key] = structuredClone(value);
  }),
  fc.constant(({ parent, key }: Place) => {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  }),
  fc.tuple(key, anyValue).map(([more, value]) => ({ parent }: Place) => {
    if (Array.isArray(parent)) parent.push(structuredClone(value));
    else parent[more] = structuredClone(value);
  }),
);

describe('any chain file', () => {
  it('is read as it was compiled, and compiles to the same bytes again', () => {
    fc.assert(
      fc.property(file, pauses, fc.boolean(), (before, paused, hasCommit) => {
        const options = { sources, pauses: paused, ...(hasCommit && { commit: 'c0ffee' }) };
        const compiled = compile(before, options);
        expect(compile(before, options)).toBe(compiled);
        const read = readPublished(compiled);
        expect(read).toMatchObject({ ok: true });
        if (!read.ok) return;
        expect(read.value.file).toEqual(before);
        expect(read.value.pauses).toEqual(paused);
        expect(read.value.digests).toEqual(
          before.chains.map((one) => digestOf(one, before.caller)),
        );
        expect(compile(read.value.file, options)).toBe(compiled);
      }),
      { numRuns: runs(40), seed: 16 },
    );
  });

  it('is the same in pieces of any size', () => {
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 50 }), (before, size) => {
        const bytes = Buffer.from(compile(before, { sources, pauses: [] }));
        const { take, end } = publishedReader();
        for (let at = 0; at < bytes.length; at += size) take(bytes.subarray(at, at + size));
        expect(end()).toEqual(readPublished(bytes));
      }),
      { numRuns: runs(20), seed: 16 },
    );
  });

  it('is refused with advice after any edit, and no edit makes the reader throw', () => {
    fc.assert(
      fc.property(
        file,
        fc.nat(),
        fc.nat({ max: 30 }),
        fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('\n', '\n{"name":"x"}\n', 'null')),
        (before, where, length, inserted) => {
          const good = compile(before, { sources, pauses: [] });
          const at = where % (good.length + 1);
          const edited = good.slice(0, at) + inserted + good.slice(at + length);
          fc.pre(edited !== good);
          const read = readPublished(edited);
          expect(read).toEqual({ ok: false, error: expect.stringMatching(/publish/) });
        },
      ),
      { numRuns: runs(100), seed: 16 },
    );
  });

  it('is refused after a change of one line, although every value is of the right type', () => {
    fc.assert(
      fc.property(file, fc.nat(), fc.nat(), change, (before, which, where, edit) => {
        const { lines } = withChangedLine(before, which, where, edit);
        const edited = `${lines.join('\n')}\n`;
        fc.pre(edited !== compile(before, { sources, pauses: [] }));
        const error = expect.stringContaining('the digest in line 1 does not fit the content');
        expect(readPublished(edited)).toEqual({ ok: false, error });
      }),
      { numRuns: runs(100), seed: 16 },
    );
  });

  it('is refused after a change of one line with a right digest, or has exactly the values of that line', () => {
    let accepted = 0;
    fc.assert(
      fc.property(file, fc.nat(), fc.nat(), change, (before, which, where, edit) => {
        const { lines, line, at } = withChangedLine(before, which, where, edit);
        const changed = sealed(lines);
        const read = readPublished(changed);
        const { take, end } = publishedReader(intentOf(before, VERSION));
        take(Buffer.from(changed));
        expect(end()).toEqual(read);
        if (!read.ok) {
          expect(read.error).toMatch(new RegExp(`^line ${at + 2}\\b.*publish`));
          return;
        }
        accepted++;
        const again = compile(read.value.file, { sources, pauses: [] }).split('\n')[at + 1] ?? '';
        const digest = read.value.digests[at];
        expect({ ...JSON.parse(again), digest }).toEqual(line);
      }),
      { numRuns: runs(300), seed: 16 },
    );
    expect(accepted).toBeGreaterThan(runs(300) / 40);
  });

  it('is refused after a change of its header with a right digest, or has exactly the values of that header', () => {
    let accepted = 0;
    fc.assert(
      fc.property(file, pauses, fc.nat(), change, (before, paused, where, edit) => {
        const [header = '', ...lines] = compile(before, { sources, pauses: paused })
          .trimEnd()
          .split('\n');
        const { hopmintFormat: _, digest: __, ...rest } = JSON.parse(header);
        const places = placesIn(rest);
        edit(places[where % places.length] as Place);
        const covered = `,${JSON.stringify(rest).slice(1)}`;
        const read = readPublished(sealed([header.slice(0, PREFIX_LENGTH) + covered, ...lines]));
        if (!read.ok) {
          expect(read.error).toMatch(/header.*publish/);
          return;
        }
        accepted++;
        const [again = ''] = compile(read.value.file, read.value).split('\n');
        const { hopmintFormat: ___, digest: ____, ...values } = JSON.parse(again);
        expect(values).toEqual(rest);
      }),
      { numRuns: runs(200), seed: 16 },
    );
    expect(accepted).toBeGreaterThan(runs(200) / 40);
  });
});

/** A member of an object, or an element of a list. */
type Place = { readonly parent: Record<string, unknown>; readonly key: string };

const placesIn = (value: unknown): Place[] =>
  typeof value === 'object' && value !== null
    ? Object.keys(value).flatMap((key) => {
        const parent = value as Record<string, unknown>;
        return [{ parent, key }, ...placesIn(parent[key])];
      })
    : [];

/** A compiled file, in which one line of a chain has changed at one place. Its digest is the old one. */
function withChangedLine(
  before: ChainFile,
  which: number,
  where: number,
  edit: (place: Place) => void,
) {
  const [header = '', ...lines] = compile(before, { sources, pauses: [] }).trimEnd().split('\n');
  const at = which % lines.length;
  const line = JSON.parse(lines[at] ?? '');
  const places = placesIn(line);
  edit(places[where % places.length] as Place);
  lines[at] = JSON.stringify(line);
  return { lines: [header, ...lines], line, at };
}

/** The lines as one file, with the digest that fits. */
function sealed(lines: readonly string[]): string {
  const covered = `${lines.join('\n')}\n`.slice(PREFIX_LENGTH);
  return prefixOf(sha256(covered)) + covered;
}
