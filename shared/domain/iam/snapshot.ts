import type { Unread } from '../basics/unread.ts';
import { type Account, idOf } from '../chain/account.ts';

import type { LifetimePolicy } from './lifetime-policy.ts';

import type { ServiceAccountMember } from './member.ts';

import type { DenyPolicy, Policy } from './policy.ts';

import type { Role } from './role.ts';

/** An account as IAM knows it. */
export type ServiceAccount = {
  readonly email: string;
  readonly uniqueId: string;
  readonly projectId: string;
  readonly disabled: boolean;
};

/** A project, a folder or an organization. */
export type Container = {
  /** `projects/acme-ops`, `folders/800000000001`, `organizations/900000000001` */
  readonly name: string;
  /** `projects/700000000001`: what some principals name a project by. */
  readonly number?: string;
  /** None above an organization, and above a project that is in none. */
  readonly parent?: string;
};

/** All that an audit rests on, read once. What is not in a map was not read. */
export type Snapshot = {
  /** By what names it on the wire, as `idOf` gives it: a pinned account may be gone while another has its email. */
  readonly accounts: ReadonlyMap<string, ServiceAccount | 'missing'>;
  readonly containers: ReadonlyMap<string, Container>;
  /** By resource: that of an account, of a secret, or a container. */
  readonly policies: ReadonlyMap<string, Policy>;
  readonly roles: ReadonlyMap<string, Role>;
  /** By the container that they are attached to. */
  readonly denyPolicies: ReadonlyMap<string, readonly DenyPolicy[]>;
  /** The IDs of the user-managed keys of an account that are good for something, by its resource. */
  readonly userKeys: ReadonlyMap<string, readonly string[]>;
  /** By project ID: who may have access tokens of more than an hour. Read where a chain asks for one. */
  readonly lifetimePolicies: ReadonlyMap<string, LifetimePolicy>;
  readonly read: readonly string[];
  readonly unread: readonly Unread[];
};

export const accountIn = (
  snapshot: Snapshot,
  account: Account,
): ServiceAccount | 'missing' | undefined => snapshot.accounts.get(idOf(account));

export const resourceOfAccount = (account: ServiceAccount): string =>
  `projects/${account.projectId}/serviceAccounts/${account.email}`;

type Ancestry = { readonly names: readonly string[]; readonly whole: boolean };

/** The containers of a project, from itself upwards. `whole`: up to where there is nothing above. */
export const containersAbove = (snapshot: Snapshot, projectId: string): Ancestry =>
  containersFrom(snapshot, `projects/${projectId}`);

/** A container and those above it. */
export function containersFrom(snapshot: Snapshot, container: string): Ancestry {
  const names: string[] = [];
  let name: string | undefined = container;
  // A folder cannot be its own ancestor at Google; a world that is wrong must not keep us here for ever.
  while (name !== undefined && !names.includes(name)) {
    names.push(name);
    const container: Container | undefined = snapshot.containers.get(name);
    if (!container) return { names, whole: false };
    name = container.parent;
  }
  return { names, whole: true };
}

/** The account as a member of sets: what it is called and what it lives in, as far as that was read. */
export function memberOf(snapshot: Snapshot, account: Account): ServiceAccountMember {
  const known = accountIn(snapshot, account);
  if (known === undefined || known === 'missing') {
    return { is: 'account', email: account.email, uniqueId: account.uniqueId };
  }
  const { names, whole } = containersAbove(snapshot, known.projectId);
  const number = snapshot.containers.get(names[0] ?? '')?.number;
  return {
    is: 'account',
    email: known.email,
    uniqueId: known.uniqueId,
    ...(whole && { containers: new Set(number === undefined ? names : [...names, number]) }),
  };
}
