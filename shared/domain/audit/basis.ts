import type { Steps } from '../basics/steps.ts';
import type { ChainFile } from '../chain/chain.ts';
import { LIFETIME_CONSTRAINT } from '../iam/lifetime-policy.ts';
import type { Snapshot } from '../iam/snapshot.ts';
import type { Access } from './access/find-access.ts';
import { isAdministrator, isContainer } from './access/holders.ts';
import {
  type BasisNames,
  basisNames,
  bounded,
  listsOf,
  MORE_ACCOUNTS,
  type Names,
  SETS,
} from './basis-names.ts';
import type { Finding, FindingKind } from './finding/finding.ts';
import { MINT_LOG } from './seen/mint-log.ts';

/** What the findings of a report rest on, and what the audit could not read. */
export type Basis = {
  /** By fingerprint: the name of everything that was read to find it, and that led to such a read; or `EVERYTHING`. */
  readonly restsOn: ReadonlyMap<string, readonly string[]>;
  /** A finding that is missing, and that rests on one of these, may still be true. */
  readonly unread: ReadonlySet<string>;
};

/** In steps. The `unread` of the snapshot has the lists and the versions of secrets too. */
export function* basisOf(
  findings: readonly Finding[],
  file: ChainFile,
  access: Access,
  snapshot: Snapshot,
): Steps<Basis> {
  const names = basisNames(file, access, snapshot);
  const restsOn = new Map<string, readonly string[]>();
  for (const finding of findings) {
    yield;
    restsOn.set(finding.fingerprint, bounded(RESTS_ON[finding.kind](finding, names)));
  }
  return { restsOn, unread: unreadNames(snapshot) };
}

function unreadNames({ unread, unreadGroups }: Snapshot): Set<string> {
  const names = new Set(unread.map(({ resource }) => resource));
  for (const email of unreadGroups.keys()) names.add(`group:${email}`);
  for (const name of [...names]) {
    if (name.endsWith(' more accounts')) names.add(MORE_ACCOUNTS);
    if (/^the (?:accounts|projects and folders) of |^[^/]+\/[^/]+\/serviceAccounts$/.test(name)) {
      names.add(SETS);
    }
  }
  return names;
}

const ofHop = ({ chain, chains }: Finding, { ofHops }: BasisNames) =>
  ofHops(chain === undefined ? chains : [chain]);
const ofSecret = ({ evidence }: Finding, context: BasisNames) =>
  context.ofSecret(evidence.resource);
const ofChainAccounts = ({ chains }: Finding, { ofAccounts }: BasisNames) =>
  ofAccounts(chains.slice(0, 1));
const ofBinding = ({ evidence: { resource, role } }: Finding, { ofHolders }: BasisNames) =>
  ofHolders(resource, ({ binding }) => binding.role === role);
/** Whether a grant serves a hop decides the kind of its finding. */
const ofBindingAndHops = (finding: Finding, context: BasisNames) => [
  ...ofBinding(finding, context),
  ...(isContainer(finding.evidence.resource) ? context.ofHops : context.ofAccounts)(finding.chains),
];

const ofMintLog = () => [MINT_LOG];

/** One row for each kind. The compiler asks for the row of a new kind. */
const RESTS_ON: Record<FindingKind, (finding: Finding, context: BasisNames) => Names> = {
  'hop-missing': ofHop,
  'hop-expiring': ofHop,
  'hop-conditional': ofHop,
  'hop-denied': ofHop,
  'hop-order': ofHop,
  'account-missing': ofChainAccounts,
  'account-disabled': ofChainAccounts,
  'account-recreated': (finding, context) =>
    finding.hop === undefined
      ? ofSecret(finding, context)
      : [...ofHop(finding, context), ...ofChainAccounts(finding, context)],
  'lifetime-not-allowed': ({ account, evidence: { resource } }, { ofAccount }) => [
    ...ofAccount({ email: account }),
    `${resource}/policies/${LIFETIME_CONSTRAINT}`,
  ],
  'secret-missing': ofSecret,
  'credential-late': ofSecret,
  'credential-stale': ofSecret,
  'credential-unusable': ofSecret,
  'healed-often': ofSecret,
  'secret-expiring': ofSecret,
  'ledger-mismatch': ofSecret,
  'chain-removed': ofSecret,
  'chain-paused': ofSecret,
  'unexpected-impersonator': ofBindingAndHops,
  shortcut: ofBindingAndHops,
  overgrant: ofBindingAndHops,
  public: ofBinding,
  // The chain file alone says it.
  'token-exchange': () => [],
  'exception-expired': ({ account, evidence: { resource, role } }, { ofAccount }) => [
    ...ofAccount({ email: account }),
    resource,
    ...(role === undefined ? [] : [role]),
  ],
  'reader-missing': ({ evidence: { resource } }, { ofReaders }) => ofReaders(resource),
  'secret-readers': ofBinding,
  'secret-writers': ofBinding,
  'file-writers': ofBinding,
  'unexpected-administrator': ({ evidence: { resource } }, { ofHolders }) =>
    ofHolders(resource, isAdministrator),
  'latent-grant': ({ evidence }, { ofHolders }) =>
    ofHolders(
      evidence.resource,
      ({ binding }) => binding.entitlement?.name === evidence.entitlement,
    ),
  'runs-as': ({ account, evidence: { resource } }, { ofAccount }) => [
    ...ofAccount({ email: account }),
    ...listsOf(resource.split('/').slice(0, 2).join('/')),
  ],
  escalation: (finding, context) => {
    const { resource, role, keys } = finding.evidence;
    if (role !== undefined) return ofBinding(finding, context);
    return keys ? context.ofKeys(resource) : context.ofGroup(resource);
  },
  'undeclared-mint': ofMintLog,
  'mint-without-commit': ofMintLog,
  'hop-unused': ofMintLog,
};
