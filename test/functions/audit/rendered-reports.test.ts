import { renderedReport } from '../../../functions/audit/rendered-reports.ts';
import type { Report } from '../../../shared/domain/audit/report.ts';
import { REPORT } from '../../report/reports.ts';

const report = REPORT as Report;
const NOW = new Date('2026-11-22T12:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const ALL = { chains: [], severities: [] };

describe('a report', () => {
  it('is rendered once for all requests of half a minute', async () => {
    const first = await renderedReport(report, 'html', ALL, NOW, {});
    expect(await renderedReport(report, 'html', ALL, later(29), {})).toBe(first);
    expect(await renderedReport(report, 'html', ALL, later(30), {})).not.toBe(first);
  });

  it('is rendered for each format and each filter', async () => {
    const chains = report.chains.slice(0, 1).map(({ name }) => name);
    const bodies = [
      (await renderedReport(report, 'html', ALL, NOW, {})).body,
      (await renderedReport(report, 'text', ALL, NOW, {})).body,
      (await renderedReport(report, 'text', { ...ALL, chains }, NOW, {})).body,
      (await renderedReport(report, 'text', { ...ALL, severities: ['low'] }, NOW, {})).body,
    ];
    expect(new Set(bodies).size).toBe(bodies.length);
  });

  it('is rendered again when there is a newer report', async () => {
    const first = await renderedReport(report, 'json', ALL, NOW, {});
    const newer = { ...report, generatedAt: later(1).toISOString() };
    expect(await renderedReport(newer, 'json', ALL, NOW, {})).not.toBe(first);
  });

  it('has at most ten renderings, of which the oldest goes', async () => {
    const chains = Array.from({ length: 10 }, (_, i) => [String(i)]);
    const first = await renderedReport(report, 'sarif', ALL, NOW, {});
    for (const names of chains)
      await renderedReport(report, 'sarif', { ...ALL, chains: names }, NOW, {});
    expect(await renderedReport(report, 'sarif', ALL, NOW, {})).not.toBe(first);
  });
});
