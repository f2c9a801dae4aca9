import { z } from 'zod';
import type { Policies } from '../cloud/policies.ts';
import { ok } from '../domain/basics/result.ts';
import type { Hosts, Http } from './wire/http.ts';
import { POLICY_VERSION, PolicyBody } from './wire/policy-body.ts';
import { read } from './wire/read.ts';

const parent = z
  .string()
  .regex(/^(?:folders|organizations)\/\d+$/)
  .exactOptional();

const ContainerBody = z.object({
  /** `projects/700000000001`: Google answers with the project's number, also to a request by ID. */
  name: z.string(),
  parent,
});

/** Resource Manager v3: projects, folders and organizations, and their allow policies. */
export function resourceManagerOf(
  http: Http,
  hosts: Hosts,
): Pick<Policies, 'container' | 'containerPolicy'> {
  const base = `${hosts.cloudresourcemanager}/v3`;
  return {
    /**
     * @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/get
     * @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/get
     */
    async container(name, signal) {
      const url = `${base}/${name}`;
      const result = await read(http, { operation: 'parent', url, schema: ContainerBody }, signal);
      if (!result.ok) return result;
      const { name: number, parent: above } = result.value;
      return ok({
        name,
        ...(name.startsWith('projects/') && { number }),
        ...(above !== undefined && { parent: above }),
      });
    },

    /** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/getIamPolicy */
    containerPolicy(name, signal) {
      const url = `${base}/${name}:getIamPolicy`;
      const body = { options: { requestedPolicyVersion: POLICY_VERSION } };
      return read(
        http,
        { operation: 'allow policy', method: 'POST', url, body, schema: PolicyBody },
        signal,
      );
    },
  };
}
