import type { Policies } from '../../cloud/policies.ts';
import { publishedKeyIdsOf } from '../public-keys.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { limitAuditReads } from '../wire/rate-limit.ts';
import { WIRE, type Wire } from '../wire/wire.ts';
import { accessBoundariesOf } from './access-boundaries.ts';
import { bucketPoliciesOf } from './bucket-policies.ts';
import { groupsOf } from './cloud-identity.ts';
import { entitlementsOf } from './entitlements.ts';
import { iamOf } from './iam.ts';
import { denyPoliciesOf } from './iam-deny.ts';
import { crossProjectUseOf, lifetimePolicyOf } from './org-policy.ts';
import { resourceManagerOf } from './resource-manager.ts';
import { secretPoliciesOf } from './secret-manager-policies.ts';
import { secretVersionsOf } from './secret-versions.ts';
import { workloadsOf } from './workloads.ts';

/** Reads everything that decides whether a hop works. `now` is the clock of the caches. */
export const policiesOf = (
  http: Http,
  hosts: Hosts,
  now: () => Date,
  wire: Wire = WIRE,
): Policies => {
  let planned: ReadonlyMap<string, number> | undefined;
  const limited = limitAuditReads(http, hosts, wire, (project) =>
    planned ? (planned.get(project) ?? 0) : undefined,
  );
  return {
    ...iamOf(limited, hosts, now),
    ...resourceManagerOf(http, hosts),
    ...bucketPoliciesOf(http, hosts),
    ...groupsOf(http, hosts, wire),
    ...denyPoliciesOf(http, hosts, now),
    ...accessBoundariesOf(http, hosts, now),
    ...secretPoliciesOf(limited, hosts),
    ...secretVersionsOf(limited, hosts, now, wire),
    publishedKeys: publishedKeyIdsOf(http, hosts, now, wire),
    leaveRoomFor: (rotationsPerMinute) => {
      planned = rotationsPerMinute;
    },
    lifetimePolicy: lifetimePolicyOf(http, hosts, wire),
    crossProjectUse: crossProjectUseOf(http, hosts, wire),
    ...entitlementsOf(limited, hosts, wire),
    workloads: workloadsOf(limited, hosts, wire),
  };
};
