import pLimit from 'p-limit';
import type { Policies } from './cloud.ts';
import { type Account, idOf, nameOf } from './domain/account.ts';
import type { ChainFile } from './domain/chain.ts';
import type { Failure } from './domain/failure.ts';
import type { DenyPolicy, Policy } from './domain/policy.ts';
import type { Result } from './domain/result.ts';
import type { Role } from './domain/role.ts';
import {
  type Container,
  resourceOfAccount,
  type ServiceAccount,
  type Snapshot,
  type Unread,
} from './domain/snapshot.ts';

/** Reads under way at once: IAM's quota is 6,000 a minute, and a read takes some 50 ms. */
const AT_ONCE = 20;

/** Every account that the chains name, once each. */
export function accountsOf(file: ChainFile): Account[] {
  const accounts = [
    file.caller,
    ...file.chains.flatMap(({ delegates, target }) => [...delegates, target]),
  ];
  return [...new Map(accounts.map((account) => [idOf(account), account])).values()];
}

/**
 * Reads all that an audit of `file` rests on, each resource once, however many chains share it. What cannot be read is told, and leaves
 * the rest standing.
 */
export async function survey(
  file: ChainFile,
  policies: Policies,
  signal: AbortSignal,
): Promise<Snapshot> {
  const limit = pLimit(AT_ONCE);
  const accounts = new Map<string, ServiceAccount | 'missing'>();
  const containers = new Map<string, Container>();
  const allow = new Map<string, Policy>();
  const deny = new Map<string, readonly DenyPolicy[]>();
  const roles = new Map<string, Role>();
  const read = new Set<string>();
  const unread: Unread[] = [];

  const note = <T>(resource: string, answer: Result<T, Failure>, keep: (value: T) => void) => {
    if (answer.ok) {
      read.add(resource);
      keep(answer.value);
    } else {
      unread.push({ resource, reason: reasonOf(answer.error) });
    }
  };

  const readAccounts = (named: readonly Account[]) =>
    limit.map(named, async (account) => {
      const answer = await policies.account(account, signal);
      if (answer.ok) accounts.set(idOf(account), answer.value);
      // One that is there is told as read with its policy.
      if (!answer.ok || answer.value === 'missing') {
        note(`projects/-/serviceAccounts/${nameOf(account)}`, answer, () => {});
      }
    });

  // First by unique ID: an account that this finds need not be asked for again by its email.
  const named = accountsOf(file);
  await readAccounts(named.filter(({ uniqueId }) => uniqueId !== undefined));
  const byEmail = new Map(liveAccounts(accounts).map((known) => [known.email, known]));
  for (const { email } of named) {
    const known = byEmail.get(email ?? '');
    if (email !== undefined && known) accounts.set(email, known);
  }
  await readAccounts(named.filter((account) => !accounts.has(idOf(account)) && !account.uniqueId));

  // Upwards, a level at a time, until there is nothing above that was not seen.
  const live = liveAccounts(accounts);
  const seen = new Set<string>();
  let level = live.map(({ projectId }) => `projects/${projectId}`);
  while (level.length > 0) {
    const fresh = [...new Set(level)].filter((name) => !seen.has(name));
    for (const name of fresh) seen.add(name);
    await limit.map(fresh, async (name) => {
      if (name.startsWith('organizations/')) return containers.set(name, { name });
      const answer = await policies.container(name, signal);
      return note(name, answer, (container) => containers.set(name, container));
    });
    level = fresh.flatMap((name) => containers.get(name)?.parent ?? []);
  }

  await Promise.all([
    limit.map(live, async (account) => {
      const resource = resourceOfAccount(account);
      note(resource, await policies.accountPolicy(account, signal), (policy) =>
        allow.set(resource, policy),
      );
    }),
    limit.map(seen, async (name) => {
      note(name, await policies.containerPolicy(name, signal), (policy) => allow.set(name, policy));
    }),
    limit.map(seen, async (name) => {
      const attachment = encodeURIComponent(`cloudresourcemanager.googleapis.com/${name}`);
      note(
        `policies/${attachment}/denypolicies`,
        await policies.denyPolicies(name, signal),
        (denyPolicies) => deny.set(name, denyPolicies),
      );
    }),
  ]);

  const bound = [...allow.values()].flatMap(({ bindings }) => bindings.map(({ role }) => role));
  await limit.map([...new Set(bound)], async (name) => {
    note(name, await policies.role(name, signal), (role) => roles.set(name, role));
  });

  const half = new Set(unread.map(({ resource }) => resource));
  return {
    accounts,
    containers,
    policies: allow,
    roles,
    denyPolicies: deny,
    read: [...read].filter((resource) => !half.has(resource)).sort(),
    unread: unread.sort((a, b) => (a.resource < b.resource ? -1 : 1)),
  };
}

/** The accounts that are there, once each, whatever they are named by. */
const liveAccounts = (accounts: ReadonlyMap<string, ServiceAccount | 'missing'>) => {
  const live = [...accounts.values()].filter((known) => known !== 'missing');
  return [...new Map(live.map((known) => [known.uniqueId, known])).values()];
};

const reasonOf = ({ detail, permission }: Failure): string =>
  permission === undefined ? detail : `${detail}, without ${permission}`;
