import { readFile } from 'node:fs/promises';
import { audit } from '../functions/audit.js';
import { readHoldings } from '../functions/holdings.js';
import { parseChainFile } from '../shared/domain/chain-file.js';
import { googleCloud } from '../shared/google/cloud.js';
import { hostsOf } from '../shared/google/http.js';
import { applicationDefault } from '../shared/google/identity.js';
import { WIRE, type Wire } from '../shared/google/wire.js';
import { reportAs } from '../shared/report/formats.js';
import { type BareRead, readerOf } from './yardsticks/bare-reads.js';

// An audit in a process of its own, each time the bench asks for one. Arguments: the local cloud's address, and the chain file.

export type Job = { readonly now: string; readonly bareAtOnce?: number };
export type Audited = {
  readonly tookMs: number;
  readonly cpuMs: number;
  readonly reads: number;
  readonly distinct: number;
  readonly findings: number;
  readonly unread: number;
  /** Of the page, in characters. */
  readonly page: number;
  readonly peakMb: number;
};

const [url = '', path = ''] = process.argv.slice(2);
const identity = applicationDefault();
const readAll = readerOf();
let seen: BareRead[] = [];

async function auditOnce(now: Date) {
  seen = [];
  const wire: Wire = {
    ...WIRE,
    fetch: (address, init) => {
      seen.push({ method: init?.method ?? 'GET', url: String(address) });
      return fetch(address, init);
    },
    wait: async () => undefined, // for a quota, which the local cloud does not have here
  };
  const cloud = googleCloud(hostsOf(url), identity, () => now, wire);
  const { file } = parseChainFile(await readFile(path, 'utf8'), now);
  if (!file) throw new Error('the chain file is refused');
  const signal = AbortSignal.timeout(600_000);
  const { holdings, unread } = await readHoldings(file, cloud.secrets, signal);
  const source = { digest: '0'.repeat(64), generation: '1' };
  return audit(file, source, { policies: cloud.policies, holdings, unread, now, signal });
}

process.on('message', async (job: Job | string) => {
  if (typeof job === 'string') return;
  const now = new Date(job.now);
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const report = job.bareAtOnce ? undefined : await auditOnce(now);
  if (job.bareAtOnce) await readAll(seen, job.bareAtOnce);
  const { user, system } = process.cpuUsage(before);
  const tookMs = performance.now() - startedAt;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const told: Audited = {
    tookMs,
    cpuMs: (user + system) / 1000,
    reads: seen.length,
    distinct: new Set(seen.map((read) => `${read.method} ${read.url}`)).size,
    findings: report?.findings.length ?? 0,
    unread: report?.coverage.unread.length ?? 0,
    page: report ? String(reportAs(report, 'html', { now }).body).length : 0,
    peakMb,
  };
  process.send?.(told);
});
