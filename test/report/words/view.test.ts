import { reportAs } from '../../../shared/report/formats.ts';
import type { Filter } from '../../../shared/report/words/shown-report.ts';
import { type FilterQuery, filtered, filterOf } from '../../../shared/report/words/view.ts';
import { HOSTILE_ROWS } from '../../domain/hostile.ts';
import { fleetOf } from '../fleet.ts';
import { REPORT } from '../reports.ts';

describe('the filter of a request', () => {
  const right: [title: string, query: FilterQuery, filter: Filter][] = [
    ['nothing', {}, { chains: [], severities: [] }],
    ['nothing for empty names', { chain: '', severity: '' }, { chains: [], severities: [] }],
    ['one chain', { chain: 'billing-export' }, { chains: ['billing-export'], severities: [] }],
    [
      'several severities, separated by commas and repeated',
      { severity: ['high, low', 'critical', 'high'] },
      { chains: [], severities: ['high', 'low', 'critical'] },
    ],
  ];
  it.each(right)('is %s', (_title, query, value) => {
    expect(filterOf(query, REPORT)).toEqual({ ok: true, value });
  });

  const wrong: [title: string, query: FilterQuery, error: string][] = [
    [
      'the chain that was probably meant',
      { chain: 'biling-exprot' },
      'chain="biling-exprot" does not exist: write chain=billing-export',
    ],
    [
      'all chains if none is close',
      { chain: 'zebra' },
      'chain="zebra" does not exist: write one of metrics-push, billing-export, nightly-batch, firestore-jwt, partner-api, status-probe',
    ],
    [
      'the severities',
      { severity: 'high,urgent' },
      'severity="urgent" does not exist: write one of critical, high, medium, low, info',
    ],
  ];
  it.each(wrong)('is refused with %s', (_title, query, error) => {
    expect(filterOf(query, REPORT)).toEqual({ ok: false, error });
  });

  it('is refused with twenty chains of a thousand', () => {
    const refused = filterOf({ chain: 'zebra' }, fleetOf(1000));
    expect(!refused.ok && refused.error).toMatch(/chain-19, and 980 more$/);
  });

  it.each(HOSTILE_ROWS)('is quoted harmlessly if it is %s', (_title, text) => {
    const refused = filterOf({ chain: `${text}.` }, REPORT);
    expect(!refused.ok && refused.error).not.toMatch(/[^\x20-\x7e\u00a1-\u024f]/);
  });
});

describe('a filtered report', () => {
  const kindsOf = (filter: Partial<Filter>) =>
    filtered(REPORT, { chains: [], severities: [], ...filter }).findings.map(
      ({ kind, severity }) => `${severity} ${kind}`,
    );
  const cases: [title: string, filter: Partial<Filter>, kinds: string[]][] = [
    [
      'by chain has the findings that name the chain',
      { chains: ['billing-export'] },
      ['critical unexpected-impersonator', 'high hop-missing', 'info unexpected-impersonator'],
    ],
    [
      'by severity has the findings of that severity',
      { severities: ['medium'] },
      ['medium hop-conditional'],
    ],
    [
      'by both has the findings that match both',
      { chains: ['billing-export'], severities: ['high', 'medium'] },
      ['high hop-missing'],
    ],
    ['by a severity without findings is empty', { severities: ['low'] }, []],
  ];
  it.each(cases)('%s', (_title, filter, kinds) => {
    expect(kindsOf(filter)).toEqual(kinds);
  });

  it('by chain has a finding that names no chain but an account of it', () => {
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
