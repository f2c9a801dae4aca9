import { alertLine } from '../../../../functions/audit/alert-log-line.ts';
import type { Alert } from '../../../../shared/domain/audit/alerts/alert-state.ts';

const finding: Alert['finding'] = {
  kind: 'hop-missing',
  severity: 'critical',
  chain: 'billing-export',
  chains: ['billing-export'],
  account: 'relay@acme-ops.iam.gserviceaccount.com',
  fingerprint: 'f',
  summary: 'no grant',
  resource: 'projects/acme-ops/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com',
  openedAt: '2026-11-22T12:00:00.000Z',
  alertedAt: '2026-11-22T12:00:00.000Z',
};

describe('the log line of an alert', () => {
  it.each([
    {
      situation: 'is about a chain with a known line',
      source: 'chains.yaml:12',
      message: 'opened: hop-missing: no grant (chains.yaml:12)',
    },
    {
      situation: 'is about no chain with a known line',
      source: undefined,
      message: 'opened: hop-missing: no grant',
    },
  ])('has the message "$message" if it $situation', ({ source, message }) => {
    const line = alertLine({
      event: 'opened',
      reportAt: '2026-11-22T12:00:00.000Z',
      finding: { ...finding, ...(source && { source }) },
    });
    expect(line).toMatchObject({ level: 'error', message });
    expect(line.fields).toMatchObject({ event: 'finding-opened', ...(source && { source }) });
  });
});
