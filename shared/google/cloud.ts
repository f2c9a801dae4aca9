import type { Cloud } from '../cloud.ts';
import { credentialsOf } from './credentials.ts';
import { type Hosts, type Http, httpOf } from './http.ts';
import { applicationDefault, type WhoAmI } from './identity.ts';
import { policiesOf } from './policies.ts';
import { secretsOf } from './secrets.ts';
import { topicsOf } from './topics.ts';

/** Google, as the functions use it. Nothing is loaded or asked before the first call. */
export function googleCloud(
  hosts: Hosts,
  self: WhoAmI = applicationDefault(),
  now: () => Date = () => new Date(),
): Cloud & { readonly http: Http } {
  const http = httpOf(self.identity);
  return {
    http,
    credentials: credentialsOf(http, hosts, self),
    secrets: secretsOf(self.identity, hosts),
    topics: topicsOf(self.identity, hosts),
    policies: policiesOf(http, hosts, now),
  };
}
