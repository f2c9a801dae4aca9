import type { Cloud } from '../cloud/cloud.ts';
import { credentialsOf } from './iam-credentials.ts';
import { policiesOf } from './policies/policies.ts';
import { topicsOf } from './pubsub.ts';
import { secretsOf } from './secret-manager/secret-manager.ts';
import { objectsOf } from './storage.ts';
import { type Hosts, type Http, httpOf } from './wire/http.ts';
import { applicationDefault, type CurrentIdentity } from './wire/identity.ts';
import { type OnRefused, reportRefusal } from './wire/refusals.ts';
import { WIRE, type Wire } from './wire/wire.ts';

/**
 * Google, as the functions use it. Loads no library and sends no request before the first call.
 *
 * @param onRefused gets the refused requests of our own HTTP calls. `self` reports those of Google's clients
 */
export function googleCloud(
  hosts: Hosts,
  now: () => Date,
  self: CurrentIdentity = applicationDefault(),
  wire: Wire = WIRE,
  onRefused?: OnRefused,
): Cloud & { readonly http: Http } {
  const http = httpOf(
    self.identity,
    wire,
    onRefused && ((call, response) => reportRefusal(onRefused, call, response)),
  );
  return {
    http,
    credentials: credentialsOf(http, hosts, self, wire),
    secrets: secretsOf(self.identity, hosts, wire),
    topics: topicsOf(self.identity, hosts, wire),
    policies: policiesOf(http, hosts, now, wire),
    objects: objectsOf(http, hosts, wire),
  };
}
