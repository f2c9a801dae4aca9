import { z } from 'zod';
import type { Policies } from '../cloud/policies.ts';

import type { Failure } from '../domain/basics/failure.ts';
import { ok, type Result } from '../domain/basics/result.ts';
import type { DenyPolicy } from '../domain/iam/policy.ts';
import type { Hosts, Http } from './wire/http.ts';
import { ConditionBody } from './wire/policy-body.ts';
import { read } from './wire/read.ts';

const KEPT_FOR_MS = 3_600_000;

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

const PolicyBody = z.object({ name: z.string(), rules: z.array(Rule).default([]) });
const ListBody = z.object({
  policies: z.array(z.object({ name: z.string() })).default([]),
  nextPageToken: z.string().optional(),
});

/** IAM v2, of which deny policies are all that we read. */
export function denyPoliciesOf(
  http: Http,
  hosts: Hosts,
  now: () => Date,
): Pick<Policies, 'denyPolicies'> {
  const kept = new Map<string, { readonly until: number; readonly policies: DenyPolicy[] }>();
  return {
    async denyPolicies(container, signal, options) {
      const known = kept.get(container);
      if (known && known.until > now().getTime() && !options?.refresh) return ok(known.policies);
      const answer = await readAll(http, hosts, container, signal);
      if (answer.ok) {
        kept.set(container, { until: now().getTime() + KEPT_FOR_MS, policies: answer.value });
      }
      return answer;
    },
  };
}

/**
 * Every policy attached to `container`, with its rules: the list leaves them out.
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
  const what = 'deny policies';
  const policies: DenyPolicy[] = [];
  let pageToken = '';
  do {
    const url = pageToken ? `${base}?pageToken=${encodeURIComponent(pageToken)}` : base;
    const page = await read(http, { what, url, schema: ListBody }, signal);
    if (!page.ok) return page;
    for (const { name } of page.value.policies) {
      const id = encodeURIComponent(name.split('/').at(-1) ?? '');
      const whole = await read(http, { what, url: `${base}/${id}`, schema: PolicyBody }, signal);
      if (!whole.ok) return whole;
      policies.push(whole.value);
    }
    pageToken = page.value.nextPageToken ?? '';
  } while (pageToken);
  return ok(policies);
}
