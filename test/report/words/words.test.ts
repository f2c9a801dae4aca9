import { reportAs } from '../../../shared/report/formats.ts';
import type { Filter } from '../../../shared/report/words/shown-report.ts';
import { spanWords } from '../../../shared/report/words/time-words.ts';
import { type FilterQuery, filtered, filterOf } from '../../../shared/report/words/view.ts';
import { HOSTILE_ROWS } from '../../domain/hostile.ts';
import { fleetOf } from '../fleet.ts';
import { REPORT } from '../reports.ts';

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

describe('the filter of a request', () => {
  const right: { title: string; query: FilterQuery; value: Filter }[] = [
    { title: 'nothing', query: {}, value: { chains: [], severities: [] } },
    {
      title: 'nothing for empty names',
      query: { chain: '', severity: '' },
      value: { chains: [], severities: [] },
    },
    {
      title: 'one chain',
      query: { chain: 'billing-export' },
      value: { chains: ['billing-export'], severities: [] },
    },
    {
      title: 'several severities, separated by commas and repeated',
      query: { severity: ['high, low', 'critical', 'high'] },
      value: { chains: [], severities: ['high', 'low', 'critical'] },
    },
  ];
  it.each(right)('is $title', ({ query, value }) => {
    expect(filterOf(query, REPORT)).toEqual({ ok: true, value });
  });

  const wrong: { title: string; query: FilterQuery; error: string }[] = [
    {
      title: 'the chain that was probably meant',
      query: { chain: 'biling-exprot' },
      error: 'chain="biling-exprot" does not exist: write chain=billing-export',
    },
    {
      title: 'all chains if none is close',
      query: { chain: 'zebra' },
      error:
        'chain="zebra" does not exist: write one of metrics-push, billing-export, nightly-batch, firestore-jwt, partner-api, status-probe',
    },
    {
      title: 'the severities',
      query: { severity: 'high,urgent' },
      error: 'severity="urgent" does not exist: write one of critical, high, medium, low, info',
    },
  ];
  it.each(wrong)('is refused with $title', ({ query, error }) => {
    expect(filterOf(query, REPORT)).toEqual({ ok: false, error });
  });

  it('is refused with twenty chains of a thousand', () => {
    const refused = filterOf({ chain: 'zebra' }, fleetOf(1000));
    expect(!refused.ok && refused.error).toMatch(/chain-19, and 980 more$/);
  });

  it.each(HOSTILE_ROWS)('is quoted harmlessly if it is $title', ({ text }) => {
    const refused = filterOf({ chain: `${text}.` }, REPORT);
    expect(!refused.ok && refused.error).not.toMatch(/[^\x20-\x7e\u00a1-\u024f]/);
  });
});

describe('a filtered report', () => {
  const kindsOf = (filter: Partial<Filter>) =>
    filtered(REPORT, { chains: [], severities: [], ...filter }).findings.map(
      ({ kind, severity }) => `${severity} ${kind}`,
    );
  const cases: { title: string; filter: Partial<Filter>; kinds: string[] }[] = [
    {
      title: 'by chain has the findings that name the chain',
      filter: { chains: ['billing-export'] },
      kinds: [
        'critical unexpected-impersonator',
        'high hop-missing',
        'info unexpected-impersonator',
      ],
    },
    {
      title: 'by severity has the findings of that severity',
      filter: { severities: ['medium'] },
      kinds: ['medium hop-conditional'],
    },
    {
      title: 'by both has the findings that match both',
      filter: { chains: ['billing-export'], severities: ['high', 'medium'] },
      kinds: ['high hop-missing'],
    },
    {
      title: 'by a severity without findings is empty',
      filter: { severities: ['low'] },
      kinds: [],
    },
  ];
  it.each(cases)('$title', ({ filter, kinds }) => {
    expect(kindsOf(filter)).toEqual(kinds);
  });

  it('by chain keeps a finding that names only an account of the chain', () => {
    const [{ chain: _chain, ...unnamed }] = REPORT.findings.slice(1) as [
      (typeof REPORT.findings)[0],
    ];
    const report = { ...REPORT, findings: [unnamed] };
    const left = (chain: string) => filtered(report, { chains: [chain], severities: [] }).findings;
    expect([left('billing-export').length, left('metrics-push').length]).toEqual([1, 0]);
  });

  it('has the same clean and coverage as the whole report', () => {
    const { clean, coverage, chains, filter } = filtered(REPORT, {
      chains: ['metrics-push'],
      severities: ['low'],
    });
    expect({ clean, coverage }).toEqual({ clean: false, coverage: REPORT.coverage });
    expect(chains.map(({ name }) => name)).toEqual(['metrics-push']);
    expect(filter).toEqual({ chains: ['metrics-push'], severities: ['low'] });
  });

  it('is the report itself with an empty filter', () => {
    expect(filtered(REPORT, { chains: [], severities: [] })).toBe(REPORT);
  });

  it.each(['json', 'html', 'sarif', 'prometheus', 'text'] as const)(
    'shows nothing else as %s',
    (format) => {
      const shown = filtered(REPORT, { chains: ['billing-export'], severities: ['high'] });
      const { body } = reportAs(shown, format);
      expect([body.includes('billing-export'), body.includes('firestore-sync')]).toEqual([
        true,
        false,
      ]);
    },
  );
});
