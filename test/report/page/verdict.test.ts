import { verdictOf } from '../../../shared/report/page/verdict.ts';
import type { ShownReport } from '../../../shared/report/words/shown-report.ts';
import { CLEAN, FINDINGS, REPORT } from '../reports.ts';

describe('the verdict', () => {
  const broken = (n: number): ShownReport => ({
    ...CLEAN,
    clean: false,
    chains: CLEAN.chains.map((c, i) => (i < n ? { ...c, state: 'broken' } : c)),
  });
  const cases: { title: string; report: ShownReport; headline: string; tone: string }[] = [
    { title: 'clean', report: CLEAN, headline: 'Clean', tone: 'good' },
    { title: 'one broken chain', report: broken(1), headline: '1 chain cannot mint', tone: 'bad' },
    {
      title: 'two broken chains',
      report: broken(2),
      headline: '2 chains cannot mint',
      tone: 'bad',
    },
    {
      title: 'findings while every chain works',
      report: { ...CLEAN, clean: false, findings: FINDINGS },
      headline: '4 findings',
      tone: 'bad',
    },
    {
      title: 'findings of medium severity',
      report: { ...CLEAN, clean: false, findings: FINDINGS.slice(3) },
      headline: '1 finding',
      tone: 'warn',
    },
    {
      title: 'only a folder that could not be read',
      report: { ...CLEAN, clean: false, coverage: REPORT.coverage },
      headline: 'Some resources could not be read',
      tone: 'warn',
    },
    {
      title: 'a report that is not clean and whose filter leaves out the findings',
      report: { ...CLEAN, clean: false, filter: { chains: [], severities: ['low'] } },
      headline: 'Not clean',
      tone: 'warn',
    },
  ];
  it.each(cases)('on $title', ({ report, headline, tone }) => {
    expect(verdictOf(report)).toEqual({ headline, tone });
  });
});
