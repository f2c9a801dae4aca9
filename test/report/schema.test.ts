import { readFile } from 'node:fs/promises';
import Ajv2020 from 'ajv/dist/2020.js';
import { reportAs } from '../../shared/report/formats.ts';
import { reportJsonSchema } from '../../shared/report/schema/report.ts';
import type { ShownReport } from '../../shared/report/words/shown-report.ts';
import { fleetOf } from './fleet.ts';
import { CLEAN, REPORT } from './reports.ts';

const compile = (schema: object) =>
  new Ajv2020.default({ strict: false, validateFormats: false }).compile(schema);
const closed = compile(reportJsonSchema({ closed: true }));
const open = compile(reportJsonSchema());

describe('the JSON Schema of the report', () => {
  it('is the one in the repository, which npm run schema writes', async () => {
    const path = new URL('../../examples/report.schema.json', import.meta.url);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(reportJsonSchema());
  });

  const right: { title: string; report: ShownReport }[] = [
    { title: 'a report with every kind of content', report: REPORT },
    { title: 'a clean report', report: CLEAN },
    { title: 'a fleet', report: fleetOf(50) },
    {
      title: 'a filtered report of a local cloud',
      report: { ...REPORT, filter: { chains: ['a'], severities: ['low'] }, cloud: 'LOCAL' },
    },
  ];
  it.each(right)('knows every key of $title', ({ report }) => {
    const written: unknown = JSON.parse(reportAs(report, 'json').body);
    expect(closed(written) || closed.errors).toBe(true);
  });

  const [chain] = REPORT.chains;
  const [finding] = REPORT.findings;
  const wrong: { title: string; report: object }[] = [
    { title: 'another version', report: { ...REPORT, version: 2 } },
    { title: 'no clean', report: { ...REPORT, clean: undefined } },
    { title: 'an unknown state', report: { ...REPORT, chains: [{ ...chain, state: 'fine' }] } },
    {
      title: 'an unknown severity',
      report: { ...REPORT, findings: [{ ...finding, severity: 'urgent' }] },
    },
    { title: 'a hop with the number 0', report: { ...REPORT, findings: [{ ...finding, hop: 0 }] } },
    {
      title: 'a finding without evidence',
      report: { ...REPORT, findings: [{ ...finding, evidence: undefined }] },
    },
    {
      title: 'coverage without unread',
      report: { ...REPORT, coverage: { read: [], notCovered: [] } },
    },
  ];
  it.each(wrong)('refuses $title', ({ report }) => {
    expect(open(JSON.parse(JSON.stringify(report)))).toBe(false);
  });

  it('accepts a later report with more keys', () => {
    const later = { ...REPORT, chains: [{ ...chain, mood: 'good' }] };
    expect([open(later), closed(later)]).toEqual([true, false]);
  });

  it('describes every key', () => {
    const undescribed: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key !== 'properties') walk(value, `${path}/${key}`);
        else
          for (const [name, of] of Object.entries(
            value as Record<string, { description?: string }>,
          )) {
            if (!of.description) undescribed.push(`${path}/${name}`);
            walk(of, `${path}/${name}`);
          }
      }
    };
    walk(reportJsonSchema(), '');
    expect(undescribed).toEqual([]);
  });
});
