import { z } from 'zod';
import type { Deployment } from '../../cloud/deployment.ts';
import type { Policies } from '../../cloud/policies.ts';
import { ok } from '../../domain/basics/result.ts';
import type { EffectivePolicy } from '../../domain/doctor/facts.ts';
import { CROSS_PROJECT_CONSTRAINT } from '../../domain/iam/cross-project-use.ts';
import { LIFETIME_CONSTRAINT } from '../../domain/iam/lifetime-policy.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { read } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';

const strings = z.array(z.string()).default([]);
const Rule = z.object({
  values: z.object({ allowedValues: strings, deniedValues: strings }).exactOptional(),
  allowAll: z.boolean().default(false),
  denyAll: z.boolean().default(false),
  enforce: z.boolean().optional(),
  condition: z.unknown().optional(),
});
const PolicyBody = z.object({ spec: z.object({ rules: z.array(Rule).default([]) }) });

/**
 * A rule with a condition applies to some tags only, and we do not read tags. Such a rule counts if it refuses, and does not count if it allows.
 *
 * @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/getEffectivePolicy
 */
export const effectivePolicyOf =
  (http: Http, hosts: Hosts, wire: Wire): Deployment['orgPolicy'] =>
  async (projectId, constraint, signal) => {
    const name = `projects/${projectId}/policies/${constraint}`;
    const url = `${hosts.orgpolicy}/v2/${name}:getEffectivePolicy`;
    const operation = 'effective policy';
    const result = await read(http, { operation, url, schema: PolicyBody }, signal, wire);
    if (!result.ok) return result;
    const { rules } = result.value.spec;
    const unconditional = rules.filter(({ condition }) => condition === undefined);
    return ok<EffectivePolicy>({
      allowAll: unconditional.some(({ allowAll }) => allowAll),
      denyAll: rules.some(({ denyAll }) => denyAll),
      allowedValues: unconditional.flatMap(({ values }) => values?.allowedValues ?? []),
      deniedValues: rules.flatMap(({ values }) => values?.deniedValues ?? []),
      isEnforced: rules.some(({ enforce }) => enforce === true),
    });
  };

export const lifetimePolicyOf = (
  http: Http,
  hosts: Hosts,
  wire: Wire,
): Policies['lifetimePolicy'] => {
  const effective = effectivePolicyOf(http, hosts, wire);
  return (projectId, signal) => effective(projectId, LIFETIME_CONSTRAINT, signal);
};

/**
 * Google enforces this constraint unless a policy says otherwise. A rule with a condition applies to some tags only, so it counts if it allows
 * the use, and does not count if it refuses it.
 *
 * @see https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies/getEffectivePolicy
 */
export const crossProjectUseOf =
  (http: Http, hosts: Hosts, wire: Wire): Policies['crossProjectUse'] =>
  async (projectId, signal) => {
    const name = `projects/${projectId}/policies/${CROSS_PROJECT_CONSTRAINT}`;
    const url = `${hosts.orgpolicy}/v2/${name}:getEffectivePolicy`;
    const operation = 'effective policy';
    const result = await read(http, { operation, url, schema: PolicyBody }, signal, wire);
    if (!result.ok) return result;
    return ok(result.value.spec.rules.some(({ enforce }) => enforce === false));
  };
