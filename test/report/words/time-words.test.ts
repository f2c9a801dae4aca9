import { spanWords } from '../../../shared/report/words/time-words.ts';

describe('a span of time', () => {
  const cases: { seconds: number; words: string }[] = [
    { seconds: 0, words: '0 s' },
    { seconds: 42, words: '42 s' },
    { seconds: -90, words: '1 min' },
    { seconds: 3599, words: '59 min' },
    { seconds: 3600, words: '1 h' },
    { seconds: 11_100, words: '3 h 5 min' },
    { seconds: 40_000, words: '11 h' },
    { seconds: 90_000, words: '1 d 1 h' },
    { seconds: 2_000_000, words: '23 d' },
  ];
  it.each(cases)('of $seconds s is $words', ({ seconds, words }) => {
    expect(spanWords(seconds)).toBe(words);
  });
});
