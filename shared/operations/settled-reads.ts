import pLimit from 'p-limit';
import type { AsyncResult } from '../cloud/async-result.ts';
import type { Policies } from '../cloud/policies.ts';
import { idOf } from '../domain/chain/account.ts';
import { bucketResource, resourceOfAccount } from '../domain/iam/snapshot.ts';

/** Reads that remember their results, so that each resource is read once. */
export type SettledReads = {
  readonly policies: Policies;
  /**
   * Reads policies, custom roles, groups and containers once more, and keeps the new results. If nothing has changed, then all of them were
   * as they are here at one instant between the two reads. Accounts and keys are read once: there are many, and IAM's quota is small.
   *
   * @returns the names of what has changed. A policy has changed if its etag has
   */
  readonly readAgain: () => Promise<string[]>;
};

const AT_ONCE = 20;

type Reading = {
  readonly name: string;
  readonly read: () => AsyncResult<unknown>;
  /** Undefined if it is not read once more. */
  readonly versionOf: ((value: never) => unknown) | undefined;
  result: AsyncResult<unknown>;
};

/** @param policies the reads to remember */
export function settledReads(policies: Policies, signal: AbortSignal): SettledReads {
  const readings = new Map<string, Reading>();
  function remember<T>(
    method: string,
    name: string,
    read: () => AsyncResult<T>,
    versionOf: ((value: T) => unknown) | undefined,
  ): AsyncResult<T> {
    const key = `${method} ${name}`;
    const known = readings.get(key);
    if (known) return known.result as AsyncResult<T>;
    const result = read();
    readings.set(key, { name, read, versionOf, result });
    return result;
  }
  const byEtag = ({ etag, ...policy }: { readonly etag?: string }) => etag ?? policy;
  const whole = (value: unknown) => value;

  return {
    policies: {
      ...policies,
      account: (account) =>
        remember('account', idOf(account), () => policies.account(account, signal), undefined),
      accountPolicy: (account) =>
        remember(
          'policy',
          resourceOfAccount(account),
          () => policies.accountPolicy(account, signal),
          byEtag,
        ),
      container: (name) =>
        remember('container', name, () => policies.container(name, signal), whole),
      containerPolicy: (name) =>
        remember('policy', name, () => policies.containerPolicy(name, signal), byEtag),
      secretPolicy: (secret) =>
        remember('policy', secret, () => policies.secretPolicy(secret, signal), byEtag),
      bucketPolicy: (bucket) =>
        remember(
          'policy',
          bucketResource(bucket),
          () => policies.bucketPolicy(bucket, signal),
          byEtag,
        ),
      role: (name) =>
        remember(
          'role',
          name,
          () => policies.role(name, signal),
          // Google alone changes predefined roles.
          name.startsWith('roles/')
            ? undefined
            : ({ state, permissions }) => [state, ...[...permissions].sort()],
        ),
      denyPolicies: (name) =>
        remember(
          'deny policies',
          name,
          () => policies.denyPolicies(name, signal, { refresh: true }),
          whole,
        ),
      accountsOfProject: (project) =>
        remember('accounts', project, () => policies.accountsOfProject(project, signal), whole),
      containersIn: (parent) =>
        remember('containers', parent, () => policies.containersIn(parent, signal), whole),
      group: (email) => remember('group', email, () => policies.group(email, signal), whole),
      userKeys: (account) =>
        remember(
          'keys',
          resourceOfAccount(account),
          () => policies.userKeys(account, signal),
          undefined,
        ),
      bucketProject: (bucket) =>
        remember('project', bucket, () => policies.bucketProject(bucket, signal), whole),
    },

    async readAgain() {
      const changed = await pLimit(AT_ONCE).map([...readings.values()], async (reading) => {
        const { name, read, versionOf } = reading;
        const before = await reading.result;
        if (!versionOf || !before.ok) return [];
        const now = await read();
        reading.result = Promise.resolve(now);
        const version = (value: unknown) => JSON.stringify(versionOf(value as never));
        return now.ok && version(now.value) === version(before.value) ? [] : [name];
      });
      return changed.flat();
    },
  };
}
