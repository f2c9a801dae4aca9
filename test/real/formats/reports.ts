import type { ShownReport } from '../../../shared/report/words/shown-report.ts';
import { fleetOf } from '../../report/fleet.ts';
import { CLEAN, REPORT } from '../../report/reports.ts';

export const REPORTS: readonly { readonly what: string; readonly report: ShownReport }[] = [
  { what: 'a report with chains of every state', report: REPORT },
  { what: 'a report without findings', report: CLEAN },
  { what: 'a report of 200 chains', report: fleetOf(200) },
  {
    what: 'a filtered report of a local cloud',
    report: { ...REPORT, cloud: 'LOCAL', filter: { chains: ['x'], severities: [] } },
  },
];
