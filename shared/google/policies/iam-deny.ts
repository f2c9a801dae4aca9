import { z } from 'zod';
import type { Policies } from '../../cloud/policies.ts';
import type { Failure } from '../../domain/basics/failure.ts';
import { ok, type Result } from '../../domain/basics/result.ts';
import type { DenyPolicy } from '../../domain/iam/policy.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { ConditionBody } from '../wire/policy-body.ts';
import { read, readPages } from '../wire/read.ts';

const CACHED_FOR_MS = 3_600_000;

const strings = z.array(z.string()).default([]);

const Rule = z
  .object({
    denyRule: z.object({
      deniedPrincipals: strings,
      exceptionPrincipals: strings,
      deniedPermissions: strings,
      exceptionPermissions: strings,
      denialCondition: ConditionBody.exactOptional(),
    }),
  })
  .transform(({ denyRule: { denialCondition, ...rule } }) => ({
    ...rule,
    ...(denialCondition && { condition: denialCondition }),
  }));

const PolicyBody = z.object({
  name: z.string(),
  etag: z.string().exactOptional(),
  rules: z.array(Rule).default([]),
});
const ListBody = z.object({
  policies: z.array(z.object({ name: z.string() })).default([]),
  nextPageToken: z.string().default(''),
});

/** Deny policies, the only part of IAM v2 that we read. */
export function denyPoliciesOf(
  http: Http,
  hosts: Hosts,
  now: () => Date,
): Pick<Policies, 'denyPolicies'> {
  const cache = new Map<string, { readonly until: number; readonly policies: DenyPolicy[] }>();
  return {
    async denyPolicies(container, signal, options) {
      const cached = cache.get(container);
      if (cached && cached.until > now().getTime() && !options?.refresh) return ok(cached.policies);
      const result = await readAll(http, hosts, container, signal);
      if (result.ok) {
        cache.set(container, { until: now().getTime() + CACHED_FOR_MS, policies: result.value });
      }
      return result;
    },
  };
}

/**
 * Every deny policy attached to `container`, with its rules. Google's list leaves the rules out, so each policy takes one more call.
 *
 * @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/listPolicies
 * @see https://cloud.google.com/iam/docs/reference/rest/v2/policies/get
 */
async function readAll(
  http: Http,
  hosts: Hosts,
  container: string,
  signal: AbortSignal,
): Promise<Result<DenyPolicy[], Failure>> {
  const attachment = encodeURIComponent(`cloudresourcemanager.googleapis.com/${container}`);
  const base = `${hosts.iam}/v2/policies/${attachment}/denypolicies`;
  const operation = 'deny policies';
  const pages = await readPages(http, { operation, url: base, schema: ListBody }, signal);
  if (!pages.ok) return pages;
  const policies: DenyPolicy[] = [];
  for (const { name } of pages.value.flatMap((page) => page.policies)) {
    const url = `${base}/${encodeURIComponent(name.split('/').at(-1) ?? '')}`;
    const whole = await read(http, { operation, url, schema: PolicyBody }, signal);
    if (!whole.ok) return whole;
    policies.push(whole.value);
  }
  return ok(policies);
}
