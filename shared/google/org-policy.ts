import { z } from 'zod';
import type { Policies } from '../cloud/policies.ts';

import { ok } from '../domain/basics/result.ts';
import { LIFETIME_CONSTRAINT, type LifetimePolicy } from '../domain/iam/lifetime-policy.ts';
import type { Hosts, Http } from './wire/http.ts';
import { read } from './wire/read.ts';
import type { Wire } from './wire/wire.ts';

const strings = z.array(z.string()).default([]);
const Rule = z.object({
  values: z.object({ allowedValues: strings, deniedValues: strings }).exactOptional(),
  allowAll: z.boolean().default(false),
  denyAll: z.boolean().default(false),
  condition: z.unknown().optional(),
});
const PolicyBody = z.object({ spec: z.object({ rules: z.array(Rule).default([]) }) });

/**
 * Rules that hold for some tags alone are not counted as leave, and are counted as refusal: what is undecided resolves against us.
 *
 * @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/getEffectivePolicy
 */
export const lifetimePolicyOf =
  (http: Http, hosts: Hosts, wire: Wire): Policies['lifetimePolicy'] =>
  async (projectId, signal) => {
    const name = `projects/${projectId}/policies/${LIFETIME_CONSTRAINT}`;
    const url = `${hosts.orgpolicy}/v2/${name}:getEffectivePolicy`;
    const what = 'effective policy';
    const answer = await read(http, { what, url, schema: PolicyBody }, signal, wire);
    if (!answer.ok) return answer;
    const { rules } = answer.value.spec;
    const always = rules.filter(({ condition }) => condition === undefined);
    return ok<LifetimePolicy>({
      allowAll: always.some(({ allowAll }) => allowAll),
      denyAll: rules.some(({ denyAll }) => denyAll),
      allowedValues: always.flatMap(({ values }) => values?.allowedValues ?? []),
      deniedValues: rules.flatMap(({ values }) => values?.deniedValues ?? []),
    });
  };
