import type { Policies } from '../cloud/policies.ts';

import type { Hosts, Http } from './wire/http.ts';
import { POLICY_VERSION, PolicyBody } from './wire/policy-body.ts';
import { read } from './wire/read.ts';

/** Secret Manager's policies, which it answers to a GET. Of a secret that is not there nothing is bound. */
export const secretPoliciesOf = (http: Http, hosts: Hosts): Pick<Policies, 'secretPolicy'> => ({
  /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/getIamPolicy */
  async secretPolicy(secret, signal) {
    const url = `${hosts.secretmanager}/v1/${secret}:getIamPolicy?options.requestedPolicyVersion=${POLICY_VERSION}`;
    const answer = await read(http, { what: 'allow policy', url, schema: PolicyBody }, signal);
    const gone = !answer.ok && answer.error.reason === 'policy-missing';
    return gone ? { ok: true, value: { bindings: [] } } : answer;
  },
});
