import type { LimitFunction } from 'p-limit';
import type { Policies } from '../cloud/policies.ts';
import { lowerAscii } from '../domain/basics/text/ascii.ts';
import { emailOfGroup } from '../domain/iam/groups.ts';
import { reasonOf, type SnapshotCollector } from './snapshot-collector.ts';

/** A group takes two calls or more. */
const GROUPS_MAX = 500;

/** Reads the members of groups. It reads no group twice. */
export function groupReader(
  policies: Pick<Policies, 'group'>,
  limit: LimitFunction,
  signal: AbortSignal,
) {
  const asked = new Set<string>();

  async function readGroup(email: string, collected: SnapshotCollector): Promise<void> {
    const result = await policies.group(email, signal);
    const isRefused = !result.ok && result.error.reason !== 'cloud-busy' && !signal.aborted;
    if (isRefused) collected.unreadGroups.set(email, reasonOf(result.error));
    else {
      collected.record(`group:${email}`, result, (members) => collected.groups.set(email, members));
    }
  }

  return {
    /** Reads the groups in all collected policies, and the groups in those. A refused group is no unread resource. */
    async read(collected: SnapshotCollector): Promise<void> {
      let level = groupsInPolicies(collected);
      while (level.length > 0) {
        const fresh = [...new Set(level)].filter((email) => !asked.has(email));
        const room = GROUPS_MAX - asked.size;
        for (const email of fresh.slice(room)) {
          collected.unreadGroups.set(email, `an audit reads at most ${GROUPS_MAX} groups`);
        }
        const wanted = fresh.slice(0, room);
        for (const email of wanted) asked.add(email);
        await limit.map(wanted, (email) => readGroup(email, collected));
        level = wanted.flatMap((email) =>
          (collected.groups.get(email)?.members ?? []).flatMap((one) => emailOfGroup(one) ?? []),
        );
      }
    },
  };
}

function groupsInPolicies({ policies, denyPolicies, entitlements }: SnapshotCollector): string[] {
  const allowed = [...policies.values()].flatMap(({ bindings }) =>
    bindings.flatMap(({ members }) => members),
  );
  const denied = [...denyPolicies.values()].flatMap((found) =>
    found.flatMap(({ rules }) =>
      rules.flatMap((rule) => [...rule.deniedPrincipals, ...rule.exceptionPrincipals]),
    ),
  );
  const requesting = [...entitlements.values()].flatMap((found) =>
    found.flatMap(({ eligible, approvers = [] }) => [...eligible, ...approvers.flat()]),
  );
  return [...allowed, ...denied, ...requesting].flatMap((text) => {
    const email = /^(?:group:|principalSet:\/\/goog\/group\/)(.+)$/s.exec(text)?.[1];
    return email === undefined ? [] : [lowerAscii(email)];
  });
}
