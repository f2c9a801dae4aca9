/** How the page shows a state of a hop or a chain. `glyph` names a symbol, so that the colour is not the only sign. */
export type StateStyle = {
  readonly glyph: 'check' | 'cross' | 'bar' | 'clock' | 'question' | 'pause';
  readonly tone: 'good' | 'bad' | 'warn' | 'dim';
  /** One sentence of what it means. */
  readonly means: string;
  /** The worst state has the lowest rank. */
  readonly rank: number;
};

const STYLES: Readonly<Record<string, StateStyle>> = {
  broken: {
    glyph: 'cross',
    tone: 'bad',
    means: 'A hop is missing or denied, so the chain cannot mint.',
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
  unusable: {
    glyph: 'cross',
    tone: 'bad',
    means: 'The credential has not expired, but readers cannot use it.',
    rank: 3,
  },
  late: {
    glyph: 'clock',
    tone: 'bad',
    means: 'There is no credential with the validity that readers may expect.',
    rank: 4,
  },
  unknown: {
    glyph: 'question',
    tone: 'warn',
    means: 'It could not be decided. It does not count as ok.',
    rank: 5,
  },
  expiring: {
    glyph: 'clock',
    tone: 'warn',
    means: 'A grant that it needs ends, or does not always hold.',
    rank: 6,
  },
  conditional: {
    glyph: 'clock',
    tone: 'warn',
    means: 'It works now, but a condition does not hold at each mint of the coming week.',
    rank: 6,
  },
  paused: { glyph: 'pause', tone: 'dim', means: 'It is paused.', rank: 7 },
  ok: { glyph: 'check', tone: 'good', means: 'It works.', rank: 8 },
};

/** The style of a state. A state without a style here is shown with a question mark. */
export const styleOf = (state: string): StateStyle =>
  STYLES[state] ?? { glyph: 'question', tone: 'warn', means: '', rank: 5 };
