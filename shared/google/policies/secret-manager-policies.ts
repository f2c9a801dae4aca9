import type { Policies } from '../../cloud/policies.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { POLICY_VERSION, PolicyBody } from '../wire/policy-body.ts';
import { read } from '../wire/read.ts';

/** Allow policies of secrets. The policy of a secret that does not exist is empty. */
export const secretPoliciesOf = (http: Http, hosts: Hosts): Pick<Policies, 'secretPolicy'> => ({
  /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/getIamPolicy */
  async secretPolicy(secret, signal) {
    const url = `${hosts.secretmanager}/v1/${secret}:getIamPolicy?options.requestedPolicyVersion=${POLICY_VERSION}`;
    const result = await read(http, { operation: 'allow policy', url, schema: PolicyBody }, signal);
    const isMissing = !result.ok && result.error.reason === 'policy-missing';
    return isMissing ? ok({ bindings: [] }) : result;
  },
});
