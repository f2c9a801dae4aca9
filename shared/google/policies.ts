import type { Policies } from '../cloud.ts';
import { denyPoliciesOf } from './deny-policies.ts';
import type { Hosts, Http } from './http.ts';
import { iamOf } from './iam.ts';
import { resourceManagerOf } from './resource-manager.ts';

/** Everything that decides a hop. `now` is for what is kept of it. */
export const policiesOf = (http: Http, hosts: Hosts, now: () => Date): Policies => ({
  ...iamOf(http, hosts),
  ...resourceManagerOf(http, hosts),
  ...denyPoliciesOf(http, hosts, now),
});
