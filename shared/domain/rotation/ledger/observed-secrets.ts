import type { ChainFile } from '../../chain/chain.ts';
import { digestOf } from '../../chain/definition.ts';
import { projectOfSecret } from '../../chain/secret.ts';
import { impossibilityOf } from './belief.ts';
import { type Evidence, type EvidenceOf, evidenceOf, type ListedVersions } from './evidence.ts';
import { parseLedger } from './ledger.ts';
import type { ListedSecrets } from './listed-secrets.ts';

/** The secrets of the chains, and the newest versions of each. */
export type ObservedSecrets = ListedSecrets & {
  /** The secrets were listed after this time. */
  readonly listedAt: Date;
  /** By secret. A secret whose versions could not be read is not in it. */
  readonly versions: ReadonlyMap<string, ListedVersions>;
};

export function evidenceIn(
  file: Pick<ChainFile, 'caller' | 'chains'>,
  { secrets, versions, listedAt }: ObservedSecrets,
): EvidenceOf {
  const known = new Map<string, Evidence | 'unread'>();
  for (const chain of file.chains) {
    const secret = secrets.get(chain.secret);
    if (!secret) continue;
    const listed = versions.get(chain.secret);
    if (!listed) {
      known.set(chain.name, 'unread');
      continue;
    }
    const digest = digestOf(chain, file.caller);
    const ledger = parseLedger(secret.annotations);
    const isPossible = ledger && impossibilityOf(ledger, chain, digest, listedAt) === undefined;
    const possible = isPossible ? ledger : undefined;
    known.set(chain.name, evidenceOf(chain, digest, possible, listed, listedAt));
  }
  return (chain) => known.get(chain);
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
