import type { ChainFile } from '../chain/chain.ts';
import { versionsOf } from '../chain/secret.ts';
import type { Evidence, EvidenceOf } from '../rotation/ledger/evidence.ts';
import type { BrokenHop } from '../rotation/status.ts';
import type { ListedReport } from './listed-report.ts';
import type { ObservedCredential } from './observed-credential.ts';

/** The evidence in a report, for a status that is made after it. A report of another version of the product may have none. */
export function evidenceInReport(
  { chains, coverage }: Pick<ListedReport, 'chains' | 'coverage'>,
  file: Pick<ChainFile, 'chains'>,
): EvidenceOf {
  const unread = new Set(coverage.unread.map(({ resource }) => resource));
  const isUnread = new Map(
    file.chains.map(({ name, secret }) => [name, unread.has(versionsOf(secret))]),
  );
  const known = new Map(
    chains.flatMap(({ name, observed }) =>
      observed ? [[name, toEvidence(observed)] as const] : [],
    ),
  );
  return (chain) => known.get(chain) ?? (isUnread.get(chain) ? 'unread' : undefined);
}

function toEvidence(observed: ObservedCredential): Evidence {
  const { at, latest, current, previous, unusable, doubt } = observed;
  return {
    observedAt: new Date(at),
    ...(latest && { latest }),
    ...(current && { current }),
    ...(previous && { previous }),
    ...(doubt !== null && { contradiction: doubt }),
    unusable,
  };
}

/** The hops of a report that do not work. A hop that is only `unknown` or `expiring` works. */
export const brokenHopsIn = ({ chains }: Pick<ListedReport, 'chains'>): BrokenHop[] =>
  chains.flatMap(({ name, hops }) =>
    hops.flatMap(({ from, to, state }, i) =>
      state === 'missing' || state === 'denied'
        ? [{ chain: name, hop: i + 1, from, to, state }]
        : [],
    ),
  );
