import type { Binding, Entitlement } from './policy.ts';

/** Privileged Access Manager gives each condition that it writes this title. */
export const GRANT_TITLE = 'Created by: PAM';

const bindings = new WeakMap<Entitlement, readonly Binding[]>();

/** What the entitlement can add to the policy of its container: the same objects each time. */
export function bindingsOf(entitlement: Entitlement): readonly Binding[] {
  const known = bindings.get(entitlement);
  if (known) return known;
  const made = entitlement.roles.map(
    ({ role, condition }): Binding => ({
      role,
      members: entitlement.eligible,
      ...(condition !== undefined && { condition: { expression: condition } }),
      entitlement,
    }),
  );
  bindings.set(entitlement, made);
  return made;
}

/** The agents that act for Privileged Access Manager on a project, a folder or an organization. @see https://cloud.google.com/iam/docs/service-agents */
export const isEntitlementAgent = (member: string): boolean =>
  /^serviceAccount:service-(?:org-|folder-)?\d+@gcp-sa-pam\.iam\.gserviceaccount\.com$/.test(
    member,
  );

/** `oncall` */
export const idOfEntitlement = ({ name }: Pick<Entitlement, 'name'>): string =>
  name.slice(name.lastIndexOf('/') + 1);

/** The list of the entitlements of a container, as a resource. */
export const entitlementsOn = (container: string): string =>
  `${container}/locations/global/entitlements`;

/** The list of the grants of an entitlement, as a resource. */
export const grantsOfEntitlement = (entitlement: string): string => `${entitlement}/grants`;
