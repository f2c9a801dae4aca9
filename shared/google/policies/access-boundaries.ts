import { z } from 'zod';
import type { Policies } from '../../cloud/policies.ts';
import type { Failure } from '../../domain/basics/failure.ts';
import { ok, type Result } from '../../domain/basics/result.ts';
import type { BoundBoundary } from '../../domain/iam/boundary.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { read, readPages } from '../wire/read.ts';
import { WIRE, type Wire } from '../wire/wire.ts';

const CACHED_FOR_MS = 3_600_000;
/** A refused read is repeated sooner, because somebody may grant the right. An audit after an event does not repeat it. */
const REFUSED_FOR_MS = 300_000;

type Found = Result<BoundBoundary[], Failure>;

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

type ReadBoundary = (
  name: string,
  signal: AbortSignal,
) => Promise<Result<NonNullable<BoundBoundary['policy']>, Failure>>;

/** @see https://cloud.google.com/iam/docs/reference/rest/v3/organizations.locations.principalAccessBoundaryPolicies/get */
export const readBoundaryOf =
  (http: Http, hosts: Hosts, wire: Wire = WIRE): ReadBoundary =>
  async (name, signal) => {
    const request = {
      operation: 'access boundary',
      url: `${hosts.iam}/v3/${name}`,
      schema: PolicyBody,
    };
    const policy = await read(http, request, signal, wire);
    if (!policy.ok) return policy;
    const { rules, enforcementVersion } = policy.value.details;
    const containers = rules.flatMap(({ resources }) =>
      resources.map((resource) => resource.replace('//cloudresourcemanager.googleapis.com/', '')),
    );
    return ok({ containers, enforcementVersion });
  };

/**
 * The bindings of boundaries to the principals of a container, without those of other kinds of policies.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v3/projects.locations.policyBindings/searchTargetPolicyBindings
 */
export async function boundTo(
  http: Http,
  hosts: Hosts,
  container: string,
  signal: AbortSignal,
  wire: Wire = WIRE,
): Promise<Result<Pick<BoundBoundary, 'name' | 'isConditional'>[], Failure>> {
  const target = encodeURIComponent(`//cloudresourcemanager.googleapis.com/${container}`);
  const found = await readPages(
    http,
    {
      operation: 'access boundaries',
      url: `${hosts.iam}/v3/${container}/locations/global/policyBindings:searchTargetPolicyBindings?target=${target}`,
      schema: BindingsBody,
    },
    signal,
    wire,
  );
  if (!found.ok) return found;
  return ok(
    found.value
      .flatMap((page) => page.policyBindings)
      .filter(
        ({ policyKind, policy }) => policyKind === 'PRINCIPAL_ACCESS_BOUNDARY' && NAME.test(policy),
      )
      .map(({ policy: name, condition }) => ({ name, isConditional: condition !== undefined })),
  );
}

/** IAM v3, as an audit reads it. */
export function accessBoundariesOf(
  http: Http,
  hosts: Hosts,
  now: () => Date,
): Pick<Policies, 'accessBoundaries'> {
  const readBoundary = readBoundaryOf(http, hosts);
  const cache = new Map<string, { readonly until: number; readonly found: Found }>();
  const keep = (container: string, found: Found, forMs: number): Found => {
    cache.set(container, { until: now().getTime() + forMs, found });
    return found;
  };
  return {
    async accessBoundaries(container, signal) {
      const cached = cache.get(container);
      if (cached && cached.until > now().getTime()) return cached.found;
      const found = await boundTo(http, hosts, container, signal);
      if (!found.ok) {
        return found.error.reason === 'policy-denied'
          ? keep(container, found, REFUSED_FOR_MS)
          : found;
      }
      const bound: BoundBoundary[] = [];
      for (const one of found.value) {
        const policy = await readBoundary(one.name, signal);
        bound.push({
          ...one,
          ...(policy.ok ? { policy: policy.value } : { unread: policy.error }),
        });
      }
      const isWhole = bound.every(({ unread }) => !unread);
      return keep(container, ok(bound), isWhole ? CACHED_FOR_MS : REFUSED_FOR_MS);
    },
  };
}
