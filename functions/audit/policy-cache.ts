import type { Policies } from '../../shared/cloud/policies.ts';
import {
  accountName,
  bucketName,
  constraintName,
  denyName,
  secretName,
} from '../../shared/domain/audit/changed-resources.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import type { Result } from '../../shared/domain/basics/result.ts';
import { idOf } from '../../shared/domain/chain/account.ts';

type Entry = {
  readonly names: readonly string[];
  readonly result: Promise<Result<unknown, Failure>>;
};

export type CachedPolicies = Policies & {
  /** Whether an entry has one of these names. */
  readonly touches: (names: readonly string[]) => boolean;
  /** Drops every entry with one of these names. @returns how many */
  readonly forget: (names: readonly string[]) => number;
  readonly forgetAll: () => void;
};

/** Policies that are read once and cached until they change. A change costs only the reads of the changed resources. Versions are not cached. */
export function cachedPolicies(policies: Policies): CachedPolicies {
  const cache = new Map<string, Entry>();
  const changedDenyPolicies = new Set<string>();

  async function once<T>(
    key: string,
    names: readonly string[],
    read: () => Promise<Result<T, Failure>>,
    namesIn: (value: T) => readonly string[] = () => [],
  ): Promise<Result<T, Failure>> {
    const known = cache.get(key);
    if (known) return known.result as Promise<Result<T, Failure>>;
    const reading = read();
    cache.set(key, { names, result: reading });
    const result = await reading.catch((error) => {
      cache.delete(key);
      throw error;
    });
    // A failed read is not cached.
    if (!result.ok) cache.delete(key);
    else if (cache.get(key)?.result === reading) {
      cache.set(key, { names: [...names, ...namesIn(result.value)], result: reading });
    }
    return result;
  }

  const ofAccount = ({ email, uniqueId }: { email: string; uniqueId: string }) => [
    accountName(email),
    accountName(uniqueId),
  ];

  const keysOf = (names: readonly string[]): string[] => {
    const touched = new Set(names);
    return [...cache].flatMap(([key, entry]) =>
      entry.names.some((name) => touched.has(name)) ? [key] : [],
    );
  };

  return {
    touches: (names) => keysOf(names).length > 0,
    forget(names) {
      const keys = keysOf(names);
      for (const key of keys) {
        cache.delete(key);
        if (key.startsWith('deny ')) changedDenyPolicies.add(key);
      }
      return keys.length;
    },
    forgetAll: () => cache.clear(),

    account: (account, signal) =>
      once(
        `account ${idOf(account)}`,
        [accountName(idOf(account))],
        () => policies.account(account, signal),
        (known) => (known === 'missing' ? [] : ofAccount(known)),
      ),
    accountPolicy: (account, signal) =>
      once(`policy ${account.uniqueId}`, ofAccount(account), () =>
        policies.accountPolicy(account, signal),
      ),
    userKeys: (account, signal) =>
      once(`keys ${account.uniqueId}`, ofAccount(account), () =>
        policies.userKeys(account, signal),
      ),
    // No event says which project has a new account.
    accountsOfProject: policies.accountsOfProject,
    containersIn: policies.containersIn,
    publishedKeys: (account, signal) =>
      once(`published ${account.uniqueId}`, ofAccount(account), () =>
        policies.publishedKeys(account, signal),
      ),
    container: (name, signal) =>
      once(`container ${name}`, [name], () => policies.container(name, signal)),
    async containerPolicy(name, signal) {
      // The audit log may name a project by its number.
      const known = await cache.get(`container ${name}`)?.result;
      const number = known?.ok ? (known.value as { number?: string }).number : undefined;
      return once(`policy ${name}`, number === undefined ? [name] : [name, number], () =>
        policies.containerPolicy(name, signal),
      );
    },
    group: (email, signal) => once(`group ${email}`, [], () => policies.group(email, signal)),
    role: (name, signal) => once(`role ${name}`, [name], () => policies.role(name, signal)),
    async denyPolicies(name, signal) {
      const known = await cache.get(`container ${name}`)?.result;
      const number = known?.ok ? (known.value as { number?: string }).number : undefined;
      const key = `deny ${name}`;
      const names = [denyName(name), ...(number === undefined ? [] : [denyName(number)])];
      return once(key, names, () =>
        policies.denyPolicies(name, signal, { refresh: changedDenyPolicies.delete(key) }),
      );
    },
    secretPolicy: (secret, signal) =>
      once(`policy ${secret}`, [secretName(secret)], () => policies.secretPolicy(secret, signal)),
    bucketProject: (bucket, signal) =>
      once(`bucket ${bucket}`, [bucketName(bucket)], () => policies.bucketProject(bucket, signal)),
    bucketPolicy: (bucket, signal) =>
      once(`policy of bucket ${bucket}`, [bucketName(bucket)], () =>
        policies.bucketPolicy(bucket, signal),
      ),
    leaveRoomFor: policies.leaveRoomFor,
    secretVersions: policies.secretVersions,
    lifetimePolicy: (projectId, signal) =>
      once(`lifetime ${projectId}`, [constraintName(`projects/${projectId}`)], () =>
        policies.lifetimePolicy(projectId, signal),
      ),
  };
}
