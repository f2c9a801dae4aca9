import type { Account } from '../../chain/account.ts';
import type { Chain, ChainFile } from '../../chain/chain.ts';
import { digestOf } from '../../chain/definition.ts';
import { projectOfSecret } from '../../chain/secret.ts';
import { impossibilityOf } from './belief.ts';
import { type Evidence, type EvidenceOf, evidenceOf, type ListedVersions } from './evidence.ts';
import { parseLedger } from './ledger.ts';
import type { ListedSecret, ListedSecrets } from './listed-secrets.ts';

/** The secrets of the chains, and the last observation of each. */
export type ObservedSecrets = ListedSecrets & {
  /** By chain. A chain whose secret was never observed is not in it. */
  readonly evidence: ReadonlyMap<string, Evidence>;
};

/**
 * Judges what a list of versions shows of a chain's secret.
 *
 * @param listedAt the secret was listed after this time, and its versions later
 * @param foreignAfterSeconds as for `evidenceOf`
 * @param before the observation before, if there is one
 */
export function observationOf(
  chain: Chain,
  caller: Account,
  { annotations }: Pick<ListedSecret, 'annotations'>,
  versions: ListedVersions,
  listedAt: Date,
  foreignAfterSeconds?: number,
  before?: Evidence,
): Evidence {
  const digest = digestOf(chain, caller);
  const ledger = parseLedger(annotations);
  const isPossible = ledger && impossibilityOf(ledger, chain, digest, listedAt) === undefined;
  const believed = isPossible ? ledger : undefined;
  const known = before?.foreign;
  return evidenceOf(chain, digest, believed, versions, listedAt, foreignAfterSeconds, known);
}

/** A secret that exists and was never observed is `unread`. */
export function evidenceIn(
  { chains }: Pick<ChainFile, 'chains'>,
  { secrets, evidence }: ObservedSecrets,
): EvidenceOf {
  const secretOf = new Map(chains.map(({ name, secret }) => [name, secret]));
  return (chain) =>
    evidence.get(chain) ?? (secrets.has(secretOf.get(chain) ?? '') ? 'unread' : undefined);
}

/** How many rotations a minute are planned in each project. */
export function plannedRotationsOf({ chains }: Pick<ChainFile, 'chains'>): Map<string, number> {
  const planned = new Map<string, number>();
  for (const { secret, rotateEverySeconds } of chains) {
    const project = projectOfSecret(secret);
    planned.set(project, (planned.get(project) ?? 0) + 60 / rotateEverySeconds);
  }
  return planned;
}
