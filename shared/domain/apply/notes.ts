import { formatDuration } from '../basics/duration.ts';
import { idOf } from '../chain/account.ts';
import type { ChainFile } from '../chain/chain.ts';
import { replicationText, samePlaces } from '../chain/replication.ts';
import { endOf } from '../grants/expiry.ts';
import { isLongLived, LIFETIME_CONSTRAINT } from '../iam/lifetime-policy.ts';
import { deniedGrants, unreadDenials } from './denials.ts';
import { endedGrants, existingGrantFor } from './existing-grants.ts';
import type { Inventory } from './inventory.ts';
import type { Step } from './step.ts';
import type { Wanted } from './wanted.ts';

/** A fact that the operator should know. It does not stop `apply`. */
export type Note = {
  readonly kind:
    | 'replication-differs'
    | 'destruction-delayed'
    | 'grant-conditional'
    | 'grant-endless'
    | 'grant-ended'
    | 'reader-denied'
    | 'denial-undecided'
    | 'denials-unread'
    | 'lifetime-unread';
  readonly resource: string;
  readonly text: string;
  /** A command that a person can run. */
  readonly fix?: string;
};

export function notesOn(
  file: ChainFile,
  wanted: Wanted,
  steps: readonly Step[],
  inventory: Inventory,
  now: Date,
): Note[] {
  const { secrets, accounts, lifetimePolicies } = inventory;
  const onSecrets = wanted.secrets.flatMap(({ name, replication }): Note[] => {
    const existing = secrets.get(name);
    if (existing === undefined || existing === 'missing') return [];
    const { versionDestroyTtlSeconds: ttl } = existing;
    const places = `its replication is ${replicationText(existing.replication)}, but the file says ${replicationText(replication)}: this cannot be changed, only a new secret can have another replication`;
    const delay = `versionDestroyTtl is ${formatDuration(ttl ?? 0)}: Google keeps a destroyed version that long, disabled, and charges for it`;
    return [
      ...(samePlaces(existing.replication, replication)
        ? []
        : [{ kind: 'replication-differs' as const, resource: name, text: places }]),
      ...(ttl ? [{ kind: 'destruction-delayed' as const, resource: name, text: delay }] : []),
    ];
  });
  const onGrants = wanted.grants.flatMap((grant): Note[] => {
    const existing = existingGrantFor(grant, file, inventory, now);
    if (existing.is === 'missing') return [];
    const { resource, member, isHop } = grant;
    const { role, condition } = existing.binding;
    if (existing.is === 'granted') {
      const isEndless = isHop && file.grantForSeconds !== undefined && !condition;
      const text = `${member} has ${role} without an end, but the file sets grantFor: apply removes no grant, so this one stays`;
      return isEndless ? [{ kind: 'grant-endless', resource, text }] : [];
    }
    const end = condition && endOf(condition);
    const under = end
      ? `until ${end.toISOString().slice(0, 10)}`
      : `under the condition ${JSON.stringify(condition?.expression)}`;
    const text = `${member} has ${role} ${under}: apply adds another binding`;
    const isAdded = steps.some(
      (step) => step.do === 'add-member' && step.resource === resource && step.member === member,
    );
    return isAdded ? [{ kind: 'grant-conditional', resource, text }] : [];
  });
  const unreadLifetimes = file.chains.filter(isLongLived).flatMap(({ name, target }): Note[] => {
    const account = accounts.get(idOf(target));
    if (!account || account === 'missing' || lifetimePolicies.has(account.projectId)) return [];
    const text = `${name} needs a lifetime over 1h, but it could not be read whether constraints/${LIFETIME_CONSTRAINT} allows it for ${account.email}`;
    return [{ kind: 'lifetime-unread', resource: `projects/${account.projectId}`, text }];
  });
  const onEnded = endedGrants(wanted.grants, inventory, now).map(
    ({ resource, member, binding: { role }, remove }): Note => ({
      kind: 'grant-ended',
      resource,
      text: `the grant of ${role} to ${member} has ended. It has no effect, but it counts against IAM's limits. Apply removes nothing; this command removes it:`,
      fix: remove,
    }),
  );
  return [
    ...onSecrets,
    ...onGrants,
    ...onEnded,
    ...onDenials(wanted, inventory),
    ...unreadLifetimes,
  ];
}

function onDenials({ grants }: Wanted, inventory: Inventory): Note[] {
  const denied = deniedGrants(grants, inventory).flatMap((one): Note[] => {
    const { grant, permission, rule } = one;
    const { resource, member, isReader } = grant;
    const named = `rule ${rule.rule} of the deny policy ${rule.policy}`;
    if (rule.denies === 'yes') {
      const text = `${named} denies ${permission} to the reader ${member}`;
      return isReader ? [{ kind: 'reader-denied', resource, text }] : [];
    }
    const text = `whether ${named} denies ${permission} to ${member} cannot be decided here`;
    return [{ kind: 'denial-undecided', resource, text }];
  });
  const unread = unreadDenials(grants, inventory).map(
    (resource): Note => ({
      kind: 'denials-unread',
      resource,
      text: 'its deny policies were not read, so one of them may deny what this plan grants',
    }),
  );
  return [...denied, ...unread];
}
