import type { Deployment } from '../../cloud/deployment.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { POLICY_VERSION, PolicyBody } from '../wire/policy-body.ts';
import { read } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';

/**
 * Each API has its own way to read a policy.
 *
 * @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/getIamPolicy
 * @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/getIamPolicy
 * @see https://cloud.google.com/run/docs/reference/rest/v1/projects.locations.services/getIamPolicy
 * @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/getIamPolicy
 * @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/getIamPolicy
 */
export const policyOf =
  (http: Http, hosts: Hosts, wire: Wire): Deployment['policy'] =>
  (resource, signal) => {
    const path = resource.split('/').map(encodeURIComponent).join('/');
    const inQuery = `${path}:getIamPolicy?options.requestedPolicyVersion=${POLICY_VERSION}`;
    const request = { operation: 'allow policy', schema: PolicyBody } as const;
    const get = (url: string) => read(http, { ...request, method: 'GET', url }, signal, wire);
    if (/\/(?:topics|subscriptions)\//.test(resource)) return get(`${hosts.pubsub}/v1/${inQuery}`);
    if (/\/services\//.test(resource)) return get(`${hosts.run}/v1/${inQuery}`);
    if (/\/serviceAccounts\//.test(resource)) {
      const url = `${hosts.iam}/v1/${inQuery}`;
      return read(http, { ...request, method: 'POST', url }, signal, wire);
    }
    const url = `${hosts.cloudresourcemanager}/v3/${path}:getIamPolicy`;
    const body = { options: { requestedPolicyVersion: POLICY_VERSION } };
    return read(http, { ...request, method: 'POST', url, body }, signal, wire);
  };
