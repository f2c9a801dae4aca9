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

// Audits in its own process, and caches what the function caches. Arguments: the local cloud's address, and the published chain file.

export type Job = {
  /** `audit`: an audit. `read`: only the reads of the last audit. `page`: the page of the last audit. */
  readonly do: 'audit' | 'read' | 'page';
  readonly times: number;
};

export type JobResult = {
  /** The mean of all runs of the job. So is `cpuMs`. */
  readonly tookMs: number;
  readonly cpuMs: number;
  /** The number of reads of the last audit. */
  readonly reads: number;
  readonly distinctReads: number;
  /** The number of resources that the last audit could not read. */
  readonly unread: number;
  /** In characters. 0, unless the job made a page. */
  readonly pageLength: number;
  /** The peak since the process started. */
  readonly peakMb: number;
};

const [url = '', path = ''] = process.argv.slice(2);
const now = new Date('2026-11-22T12:00:00Z');
const readAll = readerOf();

let reads: BareRead[] = [];
let readsInProgress = 0;
let peakConcurrency = 0;
const wire: Wire = {
  ...WIRE,
  async fetch(address, init) {
    reads.push({ method: init?.method ?? 'GET', url: String(address) });
    peakConcurrency = Math.max(peakConcurrency, ++readsInProgress);
    try {
      return await WIRE.fetch(address, init);
    } finally {
      readsInProgress--;
    }
  },
  wait: async () => undefined, // no wait for a quota: here the local cloud has none
};
const { secrets, ...cloud } = googleCloud(hostsOf(url), () => now, applicationDefault(), wire);
const policies = cachedPolicies(cloud.policies);
let lastReport: Report | undefined;

async function auditOnce(): Promise<void> {
  reads = [];
  policies.forgetAll([]);
  const { file, version } = await readChains(path);
  const signal = AbortSignal.timeout(600_000);
  lastReport = await audit(file, version, { policies, secrets, now, signal });
}

process.on('message', async (job: Job | string) => {
  if (typeof job === 'string') return;
  let page = '';
  const startedAt = performance.now();
  const before = process.cpuUsage();
  for (let n = 0; n < job.times; n++) {
    if (job.do === 'audit') await auditOnce();
    if (job.do === 'read') await readAll(reads, peakConcurrency);
    if (job.do === 'page' && lastReport) page = reportAs(lastReport, 'html', now).body;
  }
  const { user, system } = process.cpuUsage(before);
  const result: JobResult = {
    tookMs: (performance.now() - startedAt) / job.times,
    cpuMs: (user + system) / 1000 / job.times,
    reads: reads.length,
    distinctReads: new Set(reads.map((read) => `${read.method} ${read.url}`)).size,
    unread: lastReport?.coverage.unread.length ?? 0,
    pageLength: page.length,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
  process.send?.(result);
});
