import { z } from 'zod';
import type { Administration, AllowPolicies } from '../../cloud/administration.ts';
import { err, ok } from '../../domain/basics/result.ts';
import type { PolicyDocument } from '../../domain/iam/policy-document.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { POLICY_VERSION, PolicyBody } from '../wire/policy-body.ts';
import { read } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';
import { write } from '../wire/write.ts';

/** Without an etag it could only be written blindly, over whatever stands there then. */
const Etag = z.looseObject({ etag: z.string().min(1) });

const isSecret = (resource: string): boolean => /^projects\/[^/]+\/secrets\//.test(resource);

/** Where a resource and its policy are. */
function urlOf(hosts: Hosts, resource: string): string {
  const path = resource.split('/').map(encodeURIComponent).join('/');
  if (isSecret(resource)) return `${hosts.secretmanager}/v1/${path}`;
  return resource.includes('/serviceAccounts/')
    ? `${hosts.iam}/v1/${path}`
    : `${hosts.cloudresourcemanager}/v3/${path}`;
}

export function allowPoliciesOf(http: Http, hosts: Hosts, wire: Wire): AllowPolicies {
  return {
    /**
     * @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/getIamPolicy
     * @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/getIamPolicy
     */
    async read(resource, signal) {
      const url = `${urlOf(hosts, resource)}:getIamPolicy?options.requestedPolicyVersion=${POLICY_VERSION}`;
      const what = 'allow policy';
      const method = isSecret(resource) ? 'GET' : 'POST';
      const answer = await read(http, { what, method, url, schema: Etag }, signal, wire);
      if (!answer.ok) return answer;
      // Only looked at: what is written back is the document as it came.
      return PolicyBody.safeParse(answer.value).success
        ? ok(answer.value as PolicyDocument)
        : err({
            reason: 'policy-refused',
            detail: `${what}: the answer is not the documented one`,
          });
    },

    /**
     * @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/setIamPolicy
     * @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/setIamPolicy
     */
    write(resource, policy, signal) {
      const url = `${urlOf(hosts, resource)}:setIamPolicy`;
      return write(http, { what: 'setIamPolicy', method: 'POST', url, body: { policy } }, signal);
    },
  };
}

const Held = z.object({ permissions: z.array(z.string()).default([]) });

/**
 * @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/testIamPermissions
 * @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions
 */
export const permissionsOnOf =
  (http: Http, hosts: Hosts, wire: Wire): Administration['permissionsOn'] =>
  async (resource, permissions, signal) => {
    const url = `${urlOf(hosts, resource)}:testIamPermissions`;
    const answer = await read(
      http,
      { what: 'testIamPermissions', method: 'POST', url, body: { permissions }, schema: Held },
      signal,
      wire,
    );
    return answer.ok ? ok(new Set(answer.value.permissions)) : answer;
  };
