import type { Failure } from '../../domain/basics/failure.ts';
import { grantedBy, type Held, type Need } from '../../domain/doctor/grants.ts';
import type { Facts } from './facts.ts';

/**
 * Whether a member has the permissions that it needs on a resource: by the policy of the resource or of its project, or else of a folder or the
 * organization above.
 */
export async function heldOf(need: Need, facts: Facts): Promise<Held> {
  const { resource, permissions, member } = need;
  const [, project = ''] = resource.split('/');
  const unread: { resource: string; failure: Failure }[] = [];
  const always = new Set<string>();
  const maybe = new Set<string>();
  const hasAll = (held: ReadonlySet<string>) => permissions.every((one) => held.has(one));

  async function add(place: string): Promise<void> {
    const policy = await facts.policy(place);
    if (!policy.ok) {
      unread.push({ resource: place, failure: policy.error });
      return;
    }
    const roles = new Map<string, ReadonlySet<string>>();
    for (const { role, members } of policy.value.bindings) {
      if (!members.includes(member)) continue;
      const read = await facts.role(role);
      if (read.ok) roles.set(role, read.value);
      else unread.push({ resource: role, failure: read.error });
    }
    const granted = grantedBy(policy.value, member, roles);
    for (const one of granted.always) always.add(one);
    for (const one of [...granted.always, ...granted.conditionally]) maybe.add(one);
  }

  for (const place of new Set([resource, `projects/${project}`])) {
    await add(place);
    if (hasAll(always)) return { is: 'yes', unread: [] };
  }
  // A grant above is rare, and few identities may read it. If it cannot be read, it does not count.
  const near = [...unread];
  for (const place of (await facts.above(project)).names) {
    await add(place);
    if (hasAll(always)) return { is: 'yes', unread: [] };
  }
  return { is: hasAll(maybe) ? 'conditional' : 'no', unread: near };
}
