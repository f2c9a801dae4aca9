import type { Unread } from '../basics/unread.ts';

import type { Access } from './access/find-access.ts';

const ALWAYS: readonly Unread[] = [
  {
    resource: 'domain-wide delegation',
    reason:
      'a Workspace administrator may let an account act as any user of a domain: only the Admin console tells',
  },
  {
    resource: 'policies of Cloud Run services',
    reason: 'who may change one of our functions by a policy of its own is not looked at',
  },
];

/** What no policy tells, so that nobody takes a report for more than it is. */
export function untoldOf({ holds }: Access): Unread[] {
  const groups = new Set(holds.flatMap(({ who, member }) => (who.is === 'group' ? [member] : [])));
  const pools = new Set(holds.flatMap(({ who }) => (who.is === 'federated' ? [who.pool] : [])));
  return [
    ...ALWAYS,
    ...[...groups].map((resource) => ({
      resource,
      reason: 'who is in it, and who may change that, its managers know and IAM does not',
    })),
    ...[...pools].map((resource) => ({
      resource,
      reason: 'whom its providers trust is not looked at',
    })),
  ];
}
