import type { ChainFile } from '../chain/chain.ts';
import { versionsOf } from '../chain/secret.ts';
import { type Evidence, type EvidenceOf, NO_EVIDENCE } from '../rotation/ledger/evidence.ts';
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

/**
 * The newer one of what a report and what a later observation says about each chain. Only a report compares a credential with the account of its
 * target, so what the report says of that stays true until the next rotation.
 */
export const newestOf =
  (evidenceOf: EvidenceOf, observed: ReadonlyMap<string, Evidence>): EvidenceOf =>
  (chain) => {
    const before = evidenceOf(chain);
    const after = observed.get(chain);
    if (!after || before === undefined || before === 'unread') return after ?? before;
    if (after.observedAt < before.observedAt) return before;
    const { recreated } = before;
    if (recreated === undefined || before.current?.number !== after.current?.number) return after;
    return { ...after, unusable: [...after.unusable, recreated], recreated };
  };

/** The chains whose credential is usable by the newest observation and was not by the report, and the other way round. */
export function differencesFrom(
  report: Pick<ListedReport, 'chains' | 'coverage'> | undefined,
  file: Pick<ChainFile, 'chains'>,
  observed: ReadonlyMap<string, Evidence>,
): { readonly usable: readonly string[]; readonly unusable: readonly string[] } {
  const reported = report ? evidenceInReport(report, file) : NO_EVIDENCE;
  const now = newestOf(reported, observed);
  const isUnusable = (evidence: ReturnType<EvidenceOf>) =>
    evidence !== undefined && evidence !== 'unread' && evidence.unusable.length > 0;
  const names = [...observed.keys()].filter(
    (name) => isUnusable(reported(name)) !== isUnusable(now(name)),
  );
  const { usable = [], unusable = [] } = Object.groupBy(names, (name) =>
    isUnusable(now(name)) ? 'unusable' : 'usable',
  );
  return { usable, unusable };
}

function toEvidence(observed: ObservedCredential): Evidence {
  const { at, latest, current, previous, unusable, recreated, doubt } = observed;
  return {
    observedAt: new Date(at),
    ...(latest && { latest }),
    ...(current && { current }),
    ...(previous && { previous }),
    ...(doubt !== null && { contradiction: doubt }),
    unusable,
    ...(recreated && { recreated }),
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
