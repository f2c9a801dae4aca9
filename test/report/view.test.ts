import { type Format, formatOf, reportAs } from '../../shared/report/formats.ts';
import type { Filter } from '../../shared/report/words/shown-report.ts';
import { type Asking, filtered, filterOf } from '../../shared/report/words/view.ts';
import { HOSTILE_ROWS } from '../domain/hostile.ts';
import { fleetOf, REPORT } from './reports.ts';

describe('what is asked for', () => {
  const right: [title: string, asking: Asking, filter: Filter][] = [
    ['nothing', {}, { chains: [], severities: [] }],
    ['nothing, by an empty name', { chain: '', severity: '' }, { chains: [], severities: [] }],
    ['one chain', { chain: 'billing-export' }, { chains: ['billing-export'], severities: [] }],
    [
      'several, by commas, written twice over',
      { severity: ['high, low', 'critical', 'high'] },
      { chains: [], severities: ['high', 'low', 'critical'] },
    ],
  ];
  it.each(right)('is %s', (_title, asking, value) => {
    expect(filterOf(asking, REPORT)).toEqual({ ok: true, value });
  });

  const wrong: [title: string, asking: Asking, error: string][] = [
    [
      'the chain that was meant',
      { chain: 'biling-exprot' },
      'chain="biling-exprot" is none: write chain=billing-export',
    ],
    [
      'all chains where none is near',
      { chain: 'zebra' },
      'chain="zebra" is none: write one of metrics-push, billing-export, nightly-batch, firestore-jwt, partner-api, status-probe',
    ],
    [
      'the severities',
      { severity: 'high,urgent' },
      'severity="urgent" is none: write one of critical, high, medium, low, info',
    ],
  ];
  it.each(wrong)('is answered by %s, where it is wrong', (_title, asking, error) => {
    expect(filterOf(asking, REPORT)).toEqual({ ok: false, error });
  });

  it('is answered by twenty chains of a thousand', () => {
    const answer = filterOf({ chain: 'zebra' }, fleetOf(1000));
    expect(!answer.ok && answer.error).toMatch(/chain-19, and 980 more$/);
  });

  it.each(HOSTILE_ROWS)('is shown without harm when it is %s', (_title, text) => {
    const answer = filterOf({ chain: `${text}.` }, REPORT);
    expect(!answer.ok && answer.error).not.toMatch(/[^\x20-\x7e\u00a1-\u024f]/);
  });
});

describe('a report that is filtered', () => {
  const kindsOf = (filter: Partial<Filter>) =>
    filtered(REPORT, { chains: [], severities: [], ...filter }).findings.map(
      ({ kind, severity }) => `${severity} ${kind}`,
    );
  const cases: [title: string, filter: Partial<Filter>, kinds: string[]][] = [
    [
      'by chain has what names it, alone or among others',
      { chains: ['billing-export'] },
      ['critical unexpected-impersonator', 'high hop-missing', 'info unexpected-impersonator'],
    ],
    ['by severity has that severity', { severities: ['medium'] }, ['medium hop-conditional']],
    [
      'by both has what is of both',
      { chains: ['billing-export'], severities: ['high', 'medium'] },
      ['high hop-missing'],
    ],
    ['by a severity that nothing has is empty', { severities: ['low'] }, []],
  ];
  it.each(cases)('%s', (_title, filter, kinds) => {
    expect(kindsOf(filter)).toEqual(kinds);
  });

  it('by an account counts where a finding names no chain', () => {
    const [{ chain: _chain, ...unnamed }] = REPORT.findings.slice(1) as [
      (typeof REPORT.findings)[0],
    ];
    const report = { ...REPORT, findings: [unnamed] };
    const left = (chain: string) => filtered(report, { chains: [chain], severities: [] }).findings;
    expect([left('billing-export').length, left('metrics-push').length]).toEqual([1, 0]);
  });

  it('is as clean, and as complete, as the whole', () => {
    const { clean, coverage, chains, filter } = filtered(REPORT, {
      chains: ['metrics-push'],
      severities: ['low'],
    });
    expect({ clean, coverage }).toEqual({ clean: false, coverage: REPORT.coverage });
    expect(chains.map(({ name }) => name)).toEqual(['metrics-push']);
    expect(filter).toEqual({ chains: ['metrics-push'], severities: ['low'] });
  });

  it('is the report itself where nothing is left out', () => {
    expect(filtered(REPORT, { chains: [], severities: [] })).toBe(REPORT);
  });

  it.each(['json', 'html', 'sarif', 'prometheus', 'text'] as const)(
    'has nothing of the rest as %s',
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

describe('the format', () => {
  const anything = (types: string[]) => types[0] ?? false;
  const only = (type: string) => (types: string[]) => types.includes(type) && type;
  const cases: [
    title: string,
    name: unknown,
    accepts: (types: string[]) => string | false,
    format: Format | undefined,
  ][] = [
    ['is what is named, whatever is accepted', 'sarif', only('text/html'), 'sarif'],
    ['is none where the name is', 'pdf', anything, undefined],
    ['is none where two are named', ['json', 'html'], anything, undefined],
    ['is JSON for whoever takes anything', undefined, anything, 'json'],
    ['is JSON for whoever takes none of them', undefined, () => false, 'json'],
    ['is a page for a browser', undefined, only('text/html'), 'html'],
    ['is metrics for Prometheus', undefined, only('text/plain;version=0.0.4'), 'prometheus'],
    ['is text for a terminal', undefined, only('text/plain'), 'text'],
  ];
  it.each(cases)('%s', (_title, name, accepts, format) => {
    expect(formatOf(name, accepts)).toBe(format);
  });

  it('has headers that keep a browser from taking it for anything else, or keeping it', () => {
    for (const format of ['json', 'sarif', 'prometheus', 'text'] as const) {
      expect(reportAs(REPORT, format).headers).toEqual({
        'Cache-Control': 'no-store',
        'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
        'Referrer-Policy': 'no-referrer',
        'X-Content-Type-Options': 'nosniff',
      });
    }
  });
});
