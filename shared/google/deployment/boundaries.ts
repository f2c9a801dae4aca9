import type { Deployment } from '../../cloud/deployment.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Boundary } from '../../domain/doctor/facts.ts';
import { boundTo, readBoundaryOf } from '../policies/access-boundaries.ts';
import type { Hosts, Http } from '../wire/http.ts';
import type { Wire } from '../wire/wire.ts';

/** IAM v3: the principal access boundary policies that are bound to the principals of a container. */
export const boundariesOf =
  (http: Http, hosts: Hosts, wire: Wire): Deployment['boundaries'] =>
  async (container, signal) => {
    const found = await boundTo(http, hosts, container, signal, wire);
    if (!found.ok) return found;
    const readBoundary = readBoundaryOf(http, hosts, wire);
    const boundaries: Boundary[] = [];
    for (const bound of found.value) {
      const policy = await readBoundary(bound.name, signal);
      if (!policy.ok) return policy;
      boundaries.push({ ...bound, ...policy.value });
    }
    return ok(boundaries);
  };
