import { z } from 'zod';
import type { Administration, AllowPolicies } from '../../cloud/administration.ts';
import { err, ok } from '../../domain/basics/result.ts';
import type { PolicyDocument } from '../../domain/iam/policy-document.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { POLICY_VERSION, PolicyBody } from '../wire/policy-body.ts';
import { read } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';
import { write } from '../wire/write.ts';

/** Requires an etag: a write without one would overwrite any change made in between. */
const Etag = z.looseObject({ etag: z.string().min(1) });

const isSecret = (resource: string): boolean => /^projects\/[^/]+\/secrets\//.test(resource);

/** The URL of a resource. Each kind of resource belongs to another API. */
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
      const operation = 'allow policy';
      const method = isSecret(resource) ? 'GET' : 'POST';
      const result = await read(http, { operation, method, url, schema: Etag }, signal, wire);
      if (!result.ok) return result;
      // Check only: the unchanged document is what a later write sends back.
      return PolicyBody.safeParse(result.value).success
        ? ok(result.value as PolicyDocument)
        : err({
            reason: 'policy-refused',
            detail: `${operation}: the response does not match Google's documentation`,
          });
    },

    /**
     * @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/setIamPolicy
     * @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/setIamPolicy
     */
    write(resource, policy, signal) {
      const url = `${urlOf(hosts, resource)}:setIamPolicy`;
      return write(
        http,
        { operation: 'setIamPolicy', method: 'POST', url, body: { policy } },
        signal,
      );
    },
  };
}

const GrantedPermissions = z.object({ permissions: z.array(z.string()).default([]) });

/**
 * @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/testIamPermissions
 * @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions
 */
export const permissionsOnOf =
  (http: Http, hosts: Hosts, wire: Wire): Administration['permissionsOn'] =>
  async (resource, permissions, signal) => {
    const url = `${urlOf(hosts, resource)}:testIamPermissions`;
    const result = await read(
      http,
      {
        operation: 'testIamPermissions',
        method: 'POST',
        url,
        body: { permissions },
        schema: GrantedPermissions,
      },
      signal,
      wire,
    );
    return result.ok ? ok(new Set(result.value.permissions)) : result;
  };
