import type { Administration } from '../../cloud/administration.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { pacedSecretManager } from '../wire/rate-limit.ts';
import { WIRE, type Wire } from '../wire/wire.ts';
import { allowPoliciesOf, permissionsOnOf } from './allow-policies.ts';
import { customRolesOf } from './custom-roles.ts';
import { secretHoldersOf } from './secret-resources.ts';

/** What an operator changes at Google. */
export function administrationOf(http: Http, hosts: Hosts, wire: Wire = WIRE): Administration {
  const paced = pacedSecretManager(http, hosts, wire);
  return {
    policies: allowPoliciesOf(paced, hosts, wire),
    roles: customRolesOf(http, hosts, wire),
    secrets: secretHoldersOf(paced, hosts, wire),
    permissionsOn: permissionsOnOf(paced, hosts, wire),
  };
}
