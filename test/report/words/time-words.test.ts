import { spanWords } from '../../../shared/report/words/time-words.ts';

describe('a span of time', () => {
  const cases: [seconds: number, words: string][] = [
    [0, '0 s'],
    [42, '42 s'],
    [-90, '1 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [11_100, '3 h 5 min'],
    [40_000, '11 h'],
    [90_000, '1 d 1 h'],
    [2_000_000, '23 d'],
  ];
  it.each(cases)('of %d s is %s', (seconds, words) => {
    expect(spanWords(seconds)).toBe(words);
  });
});
