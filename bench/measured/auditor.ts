import { cachedPolicies } from '../../functions/audit/policy-cache.js';
import type { Report } from '../../shared/domain/audit/report.js';
import { googleCloud } from '../../shared/google/cloud.js';
import { hostsOf } from '../../shared/google/wire/http.js';
import { applicationDefault } from '../../shared/google/wire/identity.js';
import { WIRE, type Wire } from '../../shared/google/wire/wire.js';
import { audit } from '../../shared/operations/audit.js';
import { reportAs } from '../../shared/report/formats.js';
import { type BareRead, readerOf } from '../yardsticks/bare-reads.js';
import { readChains } from './read-chains.js';

// Audits in a process of its own, which keeps what the function keeps. Arguments: the local cloud's address, and the published chain file.

/** To audit so many times, to do the reads of the last audit as often and no more, or to make its page. */
export type Job = { readonly do: 'audit' | 'read' | 'page'; readonly times: number };

/** Of one audit, or of its reads alone. */
export type Audited = {
  readonly tookMs: number;
  readonly cpuMs: number;
  readonly reads: number;
  readonly distinct: number;
  readonly unread: number;
  /** In characters. */
  readonly page: number;
  /** Since the process started. */
  readonly peakMb: number;
};

const [url = '', path = ''] = process.argv.slice(2);
const now = new Date('2026-11-22T12:00:00Z');
const readAll = readerOf();

let seen: BareRead[] = [];
let underWay = 0;
let atOnce = 0;
const wire: Wire = {
  ...WIRE,
  async fetch(address, init) {
    seen.push({ method: init?.method ?? 'GET', url: String(address) });
    atOnce = Math.max(atOnce, ++underWay);
    try {
      return await WIRE.fetch(address, init);
    } finally {
      underWay--;
    }
  },
  wait: async () => undefined, // for a quota, which the local cloud does not have here
};
const { secrets, ...cloud } = googleCloud(hostsOf(url), () => now, applicationDefault(), wire);
const policies = cachedPolicies(cloud.policies);
let last: Report | undefined;

async function auditOnce(): Promise<void> {
  seen = [];
  policies.forgetAll();
  const { file, version } = await readChains(path);
  const signal = AbortSignal.timeout(600_000);
  last = await audit(file, version, { policies, secrets, now, signal });
}

process.on('message', async (job: Job | string) => {
  if (typeof job === 'string') return;
  let page = '';
  const startedAt = performance.now();
  const before = process.cpuUsage();
  for (let n = 0; n < job.times; n++) {
    if (job.do === 'audit') await auditOnce();
    if (job.do === 'read') await readAll(seen, atOnce);
    if (job.do === 'page' && last) page = reportAs(last, 'html', now).body;
  }
  const { user, system } = process.cpuUsage(before);
  const audited: Audited = {
    tookMs: (performance.now() - startedAt) / job.times,
    cpuMs: (user + system) / 1000 / job.times,
    reads: seen.length,
    distinct: new Set(seen.map((read) => `${read.method} ${read.url}`)).size,
    unread: last?.coverage.unread.length ?? 0,
    page: page.length,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
  process.send?.(audited);
});
