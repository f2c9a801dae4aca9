import { readFile } from 'node:fs/promises';
import Ajv2020 from 'ajv/dist/2020.js';
import { reportAs } from '../../shared/report/formats.ts';
import { reportJsonSchema } from '../../shared/report/schema.ts';
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

  const right: [title: string, report: ShownReport][] = [
    ['a report with every kind of content', REPORT],
    ['a clean report', CLEAN],
    ['a fleet', fleetOf(50)],
    [
      'a filtered report of a local cloud',
      { ...REPORT, filter: { chains: ['a'], severities: ['low'] }, cloud: 'LOCAL' },
    ],
  ];
  it.each(right)('knows every key of %s', (_title, report) => {
    const written: unknown = JSON.parse(reportAs(report, 'json').body);
    expect(closed(written) || closed.errors).toBe(true);
  });

  const [chain] = REPORT.chains;
  const [finding] = REPORT.findings;
  const wrong: [title: string, report: object][] = [
    ['another version', { ...REPORT, version: 2 }],
    ['no clean', { ...REPORT, clean: undefined }],
    ['an unknown state', { ...REPORT, chains: [{ ...chain, state: 'fine' }] }],
    ['an unknown severity', { ...REPORT, findings: [{ ...finding, severity: 'urgent' }] }],
    ['a hop with the number 0', { ...REPORT, findings: [{ ...finding, hop: 0 }] }],
    ['a finding without evidence', { ...REPORT, findings: [{ ...finding, evidence: undefined }] }],
    ['coverage without unread', { ...REPORT, coverage: { read: [], notCovered: [] } }],
  ];
  it.each(wrong)('refuses %s', (_title, report) => {
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
