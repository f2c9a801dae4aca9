import type { Deployment } from '../../cloud/deployment.ts';
import { effectivePolicyOf } from '../policies/org-policy.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { WIRE, type Wire } from '../wire/wire.ts';
import { boundariesOf } from './boundaries.ts';
import { containersOf } from './containers.ts';
import { googleTimeOf } from './google-time.ts';
import { loggingOf } from './logging.ts';
import { messagesOf } from './messages.ts';
import { quotaLimitsOf } from './monitoring.ts';
import { policyOf } from './policy.ts';
import { servicesOf } from './run.ts';
import { enabledApisOf } from './service-usage.ts';

/** What `./hopmint doctor` reads of an installation at Google. */
export const deploymentOf = (http: Http, hosts: Hosts, wire: Wire = WIRE): Deployment => ({
  ...containersOf(http, hosts, wire),
  ...messagesOf(http, hosts, wire),
  ...loggingOf(http, hosts, wire),
  googleTime: googleTimeOf(http, hosts, wire),
  enabledApis: enabledApisOf(http, hosts, wire),
  orgPolicy: effectivePolicyOf(http, hosts, wire),
  boundaries: boundariesOf(http, hosts, wire),
  policy: policyOf(http, hosts, wire),
  services: servicesOf(http, hosts, wire),
  quotaLimits: quotaLimitsOf(http, hosts, wire),
});
