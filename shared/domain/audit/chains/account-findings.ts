import { type Account, idOf, nameOf, projectOf } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { hopsOf } from '../../chain/hop.ts';
import { createAccount, enableAccount, type Fix, undeleteAccount } from '../../grants/fix.ts';
import { isGoogleManaged } from '../../iam/service-agent.ts';
import {
  accountIn,
  resourceOfAccount,
  type ServiceAccount,
  type Snapshot,
} from '../../iam/snapshot.ts';
import { type Finding, fingerprintOf } from '../finding/finding.ts';

/** One finding for each missing or disabled account of a chain, with all the chains that it breaks. */
export function accountFindings(file: ChainFile, snapshot: Snapshot): Finding[] {
  const uses = file.chains.flatMap(({ name, ...chain }) =>
    [file.caller, ...hopsOf(chain, file.caller).map(({ to }) => to)].map((account, i) => ({
      account,
      chain: name,
      hop: Math.max(1, i), // the hop to the account; for the caller, the hop from it
    })),
  );
  const byAccount = Map.groupBy(uses, ({ account }) => idOf(account));
  return [...byAccount.values()].flatMap((used): Finding[] => {
    const [first] = used;
    const known = first && accountIn(snapshot, first.account);
    if (!known || (known !== 'missing' && !known.disabled)) return [];
    const name = known === 'missing' ? nameOf(first.account) : known.email;
    const successor = known === 'missing' ? successorOf(first.account, snapshot) : undefined;
    const [kind, fact, resource, fix] = successor
      ? ([
          'account-recreated',
          `is pinned to the unique ID ${idOf(first.account)}, which no longer exists: another account, ${successor.uniqueId}, has this email now`,
          resourceOfAccount(successor),
          undefined, // a person must decide whether the new account is the right one
        ] as const)
      : known === 'missing'
        ? ([
            'account-missing',
            'does not exist',
            `projects/-/serviceAccounts/${name}`,
            restore(first.account),
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
        chains: [...new Set(used.map(({ chain }) => chain))],
        hop: first.hop,
        account: name,
        fingerprint: fingerprintOf(kind, idOf(first.account)),
        evidence: {
          summary: `${name} ${fact}`,
          resource,
        },
        ...(fix && { fix }),
      },
    ];
  });
}

/** The account that has the email of a pinned account that is gone. */
function successorOf(account: Account, snapshot: Snapshot): ServiceAccount | undefined {
  if (account.uniqueId === undefined || account.email === undefined) return undefined;
  const found = snapshot.accounts.get(account.email);
  return found === 'missing' || found?.uniqueId === account.uniqueId ? undefined : found;
}

/**
 * Whether people can create an account with this email. Google creates its own accounts, and refuses other names.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/create `accountId`
 */
const isCreatable = (email: string): boolean =>
  /^[a-z][a-z0-9-]{4,28}[a-z0-9]@/.test(email) && !isGoogleManaged(email);

/** Undeletes a pinned account: a new account with the same email would have another unique ID. Creates any other account. */
function restore(account: Account): Fix | undefined {
  const projectId = projectOf(account);
  if (account.uniqueId !== undefined) return undeleteAccount(account.uniqueId, projectId);
  return projectId === undefined || account.email === undefined || !isCreatable(account.email)
    ? undefined
    : createAccount({ email: account.email, projectId });
}
