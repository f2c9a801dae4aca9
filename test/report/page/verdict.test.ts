import { verdictOf } from '../../../shared/report/page/verdict.ts';
import type { ShownReport } from '../../../shared/report/words/shown-report.ts';
import { CLEAN, FINDINGS, REPORT } from '../reports.ts';

describe('the verdict', () => {
  const broken = (n: number): ShownReport => ({
    ...CLEAN,
    clean: false,
    chains: CLEAN.chains.map((c, i) => (i < n ? { ...c, state: 'broken' } : c)),
  });
  const cases: [title: string, report: ShownReport, headline: string, tone: string][] = [
    ['clean', CLEAN, 'Clean', 'good'],
    ['one broken chain', broken(1), '1 chain cannot mint', 'bad'],
    ['two broken chains', broken(2), '2 chains cannot mint', 'bad'],
    [
      'findings while every chain works',
      { ...CLEAN, clean: false, findings: FINDINGS },
      '4 findings',
      'bad',
    ],
    [
      'findings of medium severity',
      { ...CLEAN, clean: false, findings: FINDINGS.slice(3) },
      '1 finding',
      'warn',
    ],
    [
      'only a folder that could not be read',
      { ...CLEAN, clean: false, coverage: REPORT.coverage },
      'Some resources could not be read',
      'warn',
    ],
    [
      'a report that is not clean and whose filter leaves out the findings',
      { ...CLEAN, clean: false, filter: { chains: [], severities: ['low'] } },
      'Not clean',
      'warn',
    ],
  ];
  it.each(cases)('on %s', (_title, report, headline, tone) => {
    expect(verdictOf(report)).toEqual({ headline, tone });
  });
});
