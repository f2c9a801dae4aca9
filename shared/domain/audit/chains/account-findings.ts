import { type Account, idOf, nameOf, projectOf } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { hopsOf } from '../../chain/hop.ts';
import { createAccount, enableAccount, type Fix, undeleteAccount } from '../../grants/fix.ts';
import {
  accountIn,
  resourceOfAccount,
  type ServiceAccount,
  type Snapshot,
} from '../../iam/snapshot.ts';
import { type Finding, fingerprintOf } from '../finding/finding.ts';

/** Accounts of chains that are missing or disabled, once each, with all the chains that this breaks. */
export function accountFindings(file: ChainFile, snapshot: Snapshot): Finding[] {
  const uses = file.chains.flatMap(({ name, ...chain }) =>
    [file.caller, ...hopsOf(chain, file.caller).map(({ to }) => to)].map((account, i) => ({
      account,
      chain: name,
      hop: Math.max(1, i), // the hop into it; the caller has only the one out of it
    })),
  );
  const byAccount = Map.groupBy(uses, ({ account }) => idOf(account));
  return [...byAccount.values()].flatMap((used): Finding[] => {
    const [first] = used;
    const known = first && accountIn(snapshot, first.account);
    if (!known || (known !== 'missing' && !known.disabled)) return [];
    const name = nameOf(first.account);
    const heir = known === 'missing' ? heirOf(first.account, snapshot) : undefined;
    const [kind, is, resource, fix] = heir
      ? ([
          'account-recreated',
          `is pinned as ${idOf(first.account)}, which is gone: the account of that name is another, ${heir.uniqueId}`,
          resourceOfAccount(heir),
          undefined, // whose the new one is, only its owner can say
        ] as const)
      : known === 'missing'
        ? ([
            'account-missing',
            'does not exist',
            `projects/-/serviceAccounts/${name}`,
            bringBack(first.account),
          ] as const)
        : ([
            'account-disabled',
            'is disabled',
            resourceOfAccount(known),
            enableAccount(known),
          ] as const);
    return [
      {
        kind,
        severity: 'high',
        chain: first.chain,
        hop: first.hop,
        account: name,
        fingerprint: fingerprintOf(kind, idOf(first.account)),
        evidence: {
          summary: `${name} ${is}`,
          resource,
          chains: [...new Set(used.map(({ chain }) => chain))],
        },
        ...(fix && { fix }),
      },
    ];
  });
}

/** The account that has the email of a pinned one that is gone. */
function heirOf(account: Account, snapshot: Snapshot): ServiceAccount | undefined {
  if (account.uniqueId === undefined || account.email === undefined) return undefined;
  const heir = snapshot.accounts.get(account.email);
  return heir === 'missing' || heir?.uniqueId === account.uniqueId ? undefined : heir;
}

/** A pinned account must be the very same again; another with its email would not do. */
function bringBack(account: Account): Fix | undefined {
  const projectId = projectOf(account);
  if (account.uniqueId !== undefined) return undeleteAccount(account.uniqueId, projectId);
  return projectId === undefined || account.email === undefined
    ? undefined
    : createAccount({ email: account.email, projectId });
}
