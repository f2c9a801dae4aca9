import type { Administration } from '../../cloud/administration.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { limitSecretManager } from '../wire/rate-limit.ts';
import { WIRE, type Wire } from '../wire/wire.ts';
import { allowPoliciesOf, permissionsOnOf } from './allow-policies.ts';
import { customRolesOf } from './custom-roles.ts';
import { secretResourcesOf } from './secret-resources.ts';

/** What an operator may change at Google. */
export function administrationOf(http: Http, hosts: Hosts, wire: Wire = WIRE): Administration {
  const limited = limitSecretManager(http, hosts, wire);
  return {
    policies: allowPoliciesOf(limited, hosts, wire),
    roles: customRolesOf(http, hosts, wire),
    secrets: secretResourcesOf(limited, hosts, wire),
    permissionsOn: permissionsOnOf(limited, hosts, wire),
  };
}
