import { formatDuration } from '../basics/duration.ts';
import { idOf } from '../chain/account.ts';
import type { ChainFile } from '../chain/chain.ts';
import { replicationText, samePlaces } from '../chain/replication.ts';
import { endOf } from '../grants/expiry.ts';
import { isLongLived, LIFETIME_CONSTRAINT } from '../iam/lifetime-policy.ts';
import { grantedBy } from './existing-grants.ts';
import type { Inventory } from './inventory.ts';
import type { Step } from './step.ts';

import type { Wanted } from './wanted.ts';

/** What an operator should know, and apply goes on. */
export type Note = {
  readonly kind:
    | 'replication-differs'
    | 'destruction-delayed'
    | 'grant-conditional'
    | 'grant-endless'
    | 'lifetime-unread';
  readonly resource: string;
  readonly text: string;
};

/** What is worth knowing, and keeps nobody from going on. */
export function notesOn(
  file: ChainFile,
  wanted: Wanted,
  steps: readonly Step[],
  inventory: Inventory,
  now: Date,
): Note[] {
  const { secrets, accounts, lifetimePolicies } = inventory;
  const onHeld = wanted.secrets.flatMap(({ name, replication }): Note[] => {
    const held = secrets.get(name);
    if (held === undefined || held === 'missing') return [];
    const { versionDestroyTtlSeconds: ttl } = held;
    const places = `it is kept in ${replicationText(held.replication)}, and the file says ${replicationText(replication)}: that cannot be changed, only a new secret is kept elsewhere`;
    const delay = `versionDestroyTtl is ${formatDuration(ttl ?? 0)}: a destroyed version lives on for as long, disabled, and is paid for`;
    return [
      ...(samePlaces(held.replication, replication)
        ? []
        : [{ kind: 'replication-differs' as const, resource: name, text: places }]),
      ...(ttl ? [{ kind: 'destruction-delayed' as const, resource: name, text: delay }] : []),
    ];
  });
  const onGrants = wanted.grants.flatMap((grant): Note[] => {
    const standing = grantedBy(grant, file, inventory, now);
    if (standing.is === 'missing') return [];
    const { resource, member, isHop } = grant;
    const { role, condition } = standing.by;
    if (standing.is === 'granted') {
      const isEndless = isHop && file.grantForSeconds !== undefined && !condition;
      const text = `${member} holds ${role} without an end, and the file gives grants one: nothing is removed here, see what the audit says`;
      return isEndless ? [{ kind: 'grant-endless', resource, text }] : [];
    }
    const end = condition && endOf(condition);
    const under = end
      ? `until ${end.toISOString().slice(0, 10)}`
      : `under the condition ${JSON.stringify(condition?.expression)}`;
    const text = `${member} holds ${role} ${under}: a binding beside that one is added`;
    const isAdded = steps.some(
      (step) => step.do === 'add-member' && step.resource === resource && step.member === member,
    );
    return isAdded ? [{ kind: 'grant-conditional', resource, text }] : [];
  });
  const unreadLifetimes = file.chains.filter(isLongLived).flatMap(({ name, target }): Note[] => {
    const account = accounts.get(idOf(target));
    if (!account || account === 'missing' || lifetimePolicies.has(account.projectId)) return [];
    const text = `whether ${account.email} may have a lifetime over 1h, as ${name} wants, could not be read: see constraints/${LIFETIME_CONSTRAINT}`;
    return [{ kind: 'lifetime-unread', resource: `projects/${account.projectId}`, text }];
  });
  return [...onHeld, ...onGrants, ...unreadLifetimes];
}
