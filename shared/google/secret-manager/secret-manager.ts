import type { Secrets } from '../../cloud/secrets.ts';
import type { Hosts, Identity } from '../wire/http.ts';
import { WIRE, type Wire } from '../wire/wire.ts';
import { callOf } from './call.ts';
import { secretMethods } from './secrets.ts';
import { versionMethods } from './versions.ts';

/** Secret Manager. */
export function secretsOf(identity: Identity, hosts: Hosts, wire: Wire = WIRE): Secrets {
  const call = callOf(identity, hosts, wire);
  return { ...secretMethods(call, wire), ...versionMethods(call, wire) };
}
