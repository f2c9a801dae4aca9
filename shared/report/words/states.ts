/** What a state of a hop or a chain looks like without its colour. `glyph` names a symbol of the page. */
export type Look = {
  readonly glyph: 'check' | 'cross' | 'bar' | 'clock' | 'question' | 'pause';
  readonly tone: 'good' | 'bad' | 'warn' | 'dim';
  /** One sentence of what it means. */
  readonly means: string;
  /** The least comes first. */
  readonly rank: number;
};

const LOOKS: Readonly<Record<string, Look>> = {
  broken: {
    glyph: 'cross',
    tone: 'bad',
    means: 'A hop is missing or denied: nothing can be minted.',
    rank: 0,
  },
  missing: { glyph: 'cross', tone: 'bad', means: 'No grant allows the hop.', rank: 1 },
  denied: {
    glyph: 'bar',
    tone: 'bad',
    means: 'A deny policy or a disabled account forbids the hop.',
    rank: 2,
  },
  stale: { glyph: 'clock', tone: 'bad', means: 'The credential has expired.', rank: 3 },
  late: {
    glyph: 'clock',
    tone: 'bad',
    means: 'There is no credential with the validity that readers may expect.',
    rank: 4,
  },
  unknown: {
    glyph: 'question',
    tone: 'warn',
    means: 'It could not be decided, which is never taken for ok.',
    rank: 5,
  },
  expiring: { glyph: 'clock', tone: 'warn', means: 'A grant that it rests on ends soon.', rank: 6 },
  paused: { glyph: 'pause', tone: 'dim', means: 'The chain file pauses it.', rank: 7 },
  ok: { glyph: 'check', tone: 'good', means: 'It works.', rank: 8 },
};

/** A state that is new to this page is shown as one that cannot be told. */
export const lookOf = (state: string): Look =>
  LOOKS[state] ?? { glyph: 'question', tone: 'warn', means: '', rank: 5 };
