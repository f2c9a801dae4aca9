import { type Denial, denialsOf } from '../iam/deny-rules.ts';
import { parseMember } from '../iam/member.ts';
import { containersAbove, memberOf } from '../iam/snapshot.ts';
import type { Inventory } from './inventory.ts';
import { projectOfResource, type WantedGrant } from './wanted.ts';

/** A rule that denies a wanted grant, certainly or perhaps. */
export type DeniedGrant = {
  readonly grant: WantedGrant;
  readonly permission: string;
  readonly rule: Pick<Denial, 'policy' | 'rule' | 'denies'>;
};

/**
 * The rules that take from a wanted grant what it would give. A deny policy overrides every grant, so no step of a plan helps against it.
 *
 * @see https://cloud.google.com/iam/docs/deny-overview
 */
export function deniedGrants(grants: readonly WantedGrant[], inventory: Inventory): DeniedGrant[] {
  return grants.flatMap((grant) => {
    const subject = subjectOf(grant.member, inventory);
    const policies = containersAbove(inventory, projectOfResource(grant.resource)).names.flatMap(
      (container) => inventory.denyPolicies.get(container) ?? [],
    );
    return grant.permissions.flatMap((permission) =>
      denialsOf(policies, subject, permission)
        .filter(({ denies }) => denies !== 'no')
        .map((rule) => ({ grant, permission, rule })),
    );
  });
}

/** The containers above the wanted grants whose deny policies were not read. */
export function unreadDenials(grants: readonly WantedGrant[], inventory: Inventory): string[] {
  const containers = grants.flatMap(
    ({ resource }) => containersAbove(inventory, projectOfResource(resource)).names,
  );
  return [...new Set(containers)].filter((name) => !inventory.denyPolicies.has(name)).sort();
}

const subjectOf = (member: string, inventory: Inventory) => {
  const parsed = parseMember(member);
  return parsed.is === 'account' && parsed.email !== undefined
    ? memberOf(inventory, { email: parsed.email })
    : parsed;
};
