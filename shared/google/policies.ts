import type { Policies } from '../cloud/policies.ts';
import { iamOf } from './iam.ts';
import { denyPoliciesOf } from './iam-deny.ts';
import { lifetimePolicyOf } from './org-policy.ts';
import { resourceManagerOf } from './resource-manager.ts';
import { secretPoliciesOf } from './secret-manager-policies.ts';
import type { Hosts, Http } from './wire/http.ts';
import { pacedReads } from './wire/rate-limit.ts';
import { WIRE, type Wire } from './wire/wire.ts';

/** Everything that decides a hop. `now` is for what is kept of it. */
export const policiesOf = (
  http: Http,
  hosts: Hosts,
  now: () => Date,
  wire: Wire = WIRE,
): Policies => {
  const paced = pacedReads(http, hosts, wire);
  return {
    ...iamOf(paced, hosts, now),
    ...resourceManagerOf(http, hosts),
    ...denyPoliciesOf(http, hosts, now),
    ...secretPoliciesOf(paced, hosts),
    lifetimePolicy: lifetimePolicyOf(http, hosts, wire),
  };
};
