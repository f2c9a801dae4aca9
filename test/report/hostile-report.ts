import { grantHop, removeMembers } from '../../shared/domain/grants/fix.ts';
import type { ShownReport } from '../../shared/report/words/shown-report.ts';
import { data, policyOf } from './parts.ts';
import { REPORT } from './reports.ts';

/** Keys whose values cannot come from a policy. */
export const NOT_FROM_POLICIES = new Set([
  'state',
  'severity',
  'kind',
  'generatedAt',
  'expiresAt',
  'writtenAt',
  'cloud',
  'fix',
]);

/** REPORT with `text` instead of every name, sentence and address, and with fixes made from `text`. */
export function reportWith(text: string): ShownReport {
  const replaced = (value: unknown, key = ''): unknown => {
    if (NOT_FROM_POLICIES.has(key)) return value;
    if (typeof value === 'string') return text;
    if (Array.isArray(value)) return value.map((one) => replaced(one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, replaced(v, k)]));
  };
  const report = replaced(REPORT) as ShownReport;
  const condition = { title: `t${text}`, expression: text };
  const fix = removeMembers(policyOf(data('batch')), text, [text], condition, [
    grantHop(text, { name: text, projectId: text }),
  ]);
  return { ...report, findings: report.findings.map((found) => ({ ...found, fix })) };
}
