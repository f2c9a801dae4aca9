import { z } from 'zod';
import type { Deployment } from '../../cloud/deployment.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Boundary } from '../../domain/doctor/facts.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { read, readPages } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';

const BindingsBody = z.object({
  policyBindings: z
    .array(
      z.object({
        policyKind: z.string(),
        policy: z.string(),
        condition: z.unknown().optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().default(''),
});

const PolicyBody = z.object({
  details: z.object({
    rules: z.array(z.object({ resources: z.array(z.string()).default([]) })).default([]),
    enforcementVersion: z.string().default('latest'),
  }),
});

const NAME = /^organizations\/\d+\/locations\/global\/principalAccessBoundaryPolicies\/[\w.-]+$/;

/**
 * IAM v3: the principal access boundary policies that are bound to the principals of a container.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v3/projects.locations.policyBindings/searchTargetPolicyBindings
 * @see https://cloud.google.com/iam/docs/reference/rest/v3/organizations.locations.principalAccessBoundaryPolicies/get
 */
export const boundariesOf =
  (http: Http, hosts: Hosts, wire: Wire): Deployment['boundaries'] =>
  async (container, signal) => {
    const base = `${hosts.iam}/v3`;
    const target = encodeURIComponent(`//cloudresourcemanager.googleapis.com/${container}`);
    const found = await readPages(
      http,
      {
        operation: 'access boundaries',
        url: `${base}/${container}/locations/global/policyBindings:searchTargetPolicyBindings?target=${target}`,
        schema: BindingsBody,
      },
      signal,
      wire,
    );
    if (!found.ok) return found;
    const bindings = found.value
      .flatMap((page) => page.policyBindings)
      .filter(
        ({ policyKind, policy }) => policyKind === 'PRINCIPAL_ACCESS_BOUNDARY' && NAME.test(policy),
      );
    const boundaries: Boundary[] = [];
    for (const { policy: name, condition } of bindings) {
      const request = { operation: 'access boundary', url: `${base}/${name}`, schema: PolicyBody };
      const policy = await read(http, request, signal, wire);
      if (!policy.ok) return policy;
      const { rules, enforcementVersion } = policy.value.details;
      boundaries.push({
        name,
        containers: rules.flatMap(({ resources }) =>
          resources.map((resource) =>
            resource.replace('//cloudresourcemanager.googleapis.com/', ''),
          ),
        ),
        enforcementVersion,
        isConditional: condition !== undefined,
      });
    }
    return ok(boundaries);
  };
