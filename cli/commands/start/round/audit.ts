import { z } from 'zod';
import { printable } from '../../../../shared/domain/basics/text/printable.ts';
import type { NotMinted } from './outcome.ts';

const Audit = z.object({
  chains: z.array(
    z.object({
      name: z.string(),
      hops: z.array(
        z.object({ from: z.string(), to: z.string(), permission: z.string(), state: z.string() }),
      ),
    }),
  ),
  findings: z.array(
    z.looseObject({
      kind: z.string(),
      chain: z.string().optional(),
      severity: z.string(),
      evidence: z.looseObject({ summary: z.string() }),
      fix: z.looseObject({ gcloud: z.string() }).optional(),
    }),
  ),
  leftOut: z.array(z.object({ count: z.number() })).optional(),
});
/** The parts of a report that a start prints. */
export type Audit = z.output<typeof Audit>;

/** Requests a new report. Undefined without a report: the log of the function says why. */
export async function auditAt(url: string, signal: AbortSignal): Promise<Audit | undefined> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/?format=json`, { method: 'POST', headers, signal }).catch(
    () => undefined,
  );
  return response?.ok ? Audit.parse(await response.json()) : undefined;
}

export type BrokenHop = Audit['chains'][number]['hops'][number] & { readonly number: number };

/** The first hop of a chain that is not `ok`. The hop of the caller is number 1. */
export function brokenHopOf(audit: Audit | undefined, chain: string): BrokenHop | undefined {
  const hops = audit?.chains.find(({ name }) => name === chain)?.hops ?? [];
  const at = hops.findIndex(({ state }) => state !== 'ok');
  const hop = hops[at];
  return hop && { ...hop, number: at + 1 };
}

export function findingLines({ findings, leftOut = [] }: Audit): string[] {
  const more = leftOut.reduce((sum, { count }) => sum + count, 0);
  const lines = findings.flatMap(({ severity, kind, evidence, fix }) => [
    `  ${severity.padEnd(8)} ${kind}: ${evidence.summary}`,
    ...(fix ? [`           ${fix.gcloud}`] : []),
  ]);
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].map(printable);
}

/** Hops decide nothing if Google refuses the request itself. */
function otherCauseOf({ findings }: Audit, chain: string, reason: string): string {
  const cause = findings.find(
    (one) =>
      one.chain === chain && one.kind === 'lifetime-not-allowed' && reason === 'mint-refused',
  );
  if (cause) return cause.evidence.summary;
  return reason === 'mint-denied' ? 'every hop looks right' : '';
}

export function failureLine({ chain, reason, permission }: NotMinted, audit?: Audit): string {
  const hop = brokenHopOf(audit, chain);
  const why = hop
    ? `hop ${hop.number} is ${hop.state}: ${hop.from} -> ${hop.to} (${hop.permission})`
    : [permission, audit && otherCauseOf(audit, chain, reason)].filter(Boolean).join(', ');
  return printable(`  ${chain}  ${reason}${why && `  ${why}`}`);
}
