import { isEntitlementAgent } from './entitlement.ts';
import { isEffectiveOn } from './permissions.ts';
import { containersFrom, type Snapshot } from './snapshot.ts';
import type { Truth } from './three-valued.ts';

const SET_POLICY: Readonly<Record<string, string>> = {
  projects: 'resourcemanager.projects.setIamPolicy',
  folders: 'resourcemanager.folders.setIamPolicy',
  organizations: 'resourcemanager.organizations.setIamPolicy',
};

/**
 * Can Privileged Access Manager add bindings to the policy of a container? Its agent needs a role there, or above. Without it, nobody gets
 * what an entitlement offers.
 *
 * @see https://cloud.google.com/iam/docs/pam-permissions-and-setup
 */
export function agentCanGrant(container: string, snapshot: Snapshot): Truth {
  const permission = SET_POLICY[container.split('/')[0] ?? ''] ?? '';
  const { names, isComplete } = containersFrom(snapshot, container);
  let isUnknown = !isComplete;
  for (const name of names) {
    const policy = snapshot.policies.get(name);
    isUnknown ||= policy === undefined;
    for (const { role, members } of policy?.bindings ?? []) {
      if (!members.some(isEntitlementAgent) || !isEffectiveOn(permission, name)) continue;
      const permissions = snapshot.roles.get(role)?.permissions;
      if (permissions?.has(permission)) return 'yes';
      isUnknown ||= permissions === undefined;
    }
  }
  return isUnknown ? 'unknown' : 'no';
}
