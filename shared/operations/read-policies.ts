import type { Policies } from '../cloud/policies.ts';
import { type Access, accessOf, LEADS_MAX } from '../domain/audit/access/find-access.ts';
import { ownAccountsOf } from '../domain/audit/assets/assets.ts';
import { fenceContainers } from '../domain/audit/assets/role-and-pool-assets.ts';
import { liveAccount } from '../domain/audit/finding/expected-access.ts';
import { type Account, idOf } from '../domain/chain/account.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import { projectOfSecret } from '../domain/chain/secret.ts';
import { isLongLived } from '../domain/iam/lifetime-policy.ts';
import type { Snapshot } from '../domain/iam/snapshot.ts';
import { readingOf } from './policy-reader.ts';

/** Every account that the chains name, once each. */
export function accountsOf(file: ChainFile): Account[] {
  const accounts = [
    file.caller,
    ...file.chains.flatMap(({ delegates, target }) => [...delegates, target]),
  ];
  return [...new Map(accounts.map((account) => [idOf(account), account])).values()];
}

/** All that was read, and who can open what chains rest on, by that. */
export type Survey = { readonly snapshot: Snapshot; readonly access: Access };

/**
 * Reads all that an audit of `file` rests on, each resource once, however many chains share it. What cannot be read is told, and leaves
 * the rest standing.
 *
 * First what the chains name and everything above it, their secrets beside it; then, as long as there is more, the accounts that lead to
 * them, and the homes of the roles and pools that say who is who.
 */
export async function survey(
  file: ChainFile,
  policies: Policies,
  now: Date,
  signal: AbortSignal,
): Promise<Survey> {
  const reading = readingOf(policies, signal);
  const { snapshot } = reading;
  const secrets = file.chains.map(({ secret }) => secret);
  const named = async () => {
    await reading.namedAccounts(accountsOf(file));
    await reading.accounts(ownAccountsOf(file, snapshot()));
  };
  const accounts = async () => {
    await Promise.all([
      named(),
      reading.containers(secrets.map((secret) => `projects/${projectOfSecret(secret)}`)),
    ]);
    await reading.whatStands();
    const known = snapshot();
    await reading.lifetimePolicies(
      file.chains
        .filter(isLongLived)
        .flatMap(({ target }) => liveAccount(known, target)?.projectId ?? []),
    );
  };
  await Promise.all([accounts(), reading.policiesOfSecrets(secrets)]);

  for (let leads = 0; ; ) {
    const known = snapshot();
    const access = accessOf(file, known, now);
    const { assets, unknown } = access;
    const fresh = unknown.filter((account) => !reading.wasAsked(account));
    const homes = fenceContainers(assets, known).filter((name) => !reading.wasSeen(name));
    const followed = fresh.slice(0, LEADS_MAX - leads);
    if (followed.length === 0 && homes.length === 0) {
      if (fresh.length > 0) {
        const reason = `they lead to accounts of chains, and ${LEADS_MAX} such accounts are followed at most`;
        reading.leftOut({ resource: `${fresh.length} more accounts`, reason });
      }
      return { snapshot: snapshot(), access };
    }
    leads += followed.length;
    await reading.accounts(followed);
    await reading.containers(homes, false);
    await reading.whatStands();
  }
}
