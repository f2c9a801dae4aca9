import { z } from 'zod';
import { ancestryOf } from '../../../authorization/ancestry.ts';
import type { DataAccess } from '../../../core/audited.ts';
import type { Principal } from '../../../core/principal.ts';
import type { State } from '../../../state/state.ts';

const Config = z.object({
  service: z.string(),
  auditLogConfigs: z
    .array(z.object({ logType: z.string(), exemptedMembers: z.array(z.string()).default([]) }))
    .default([]),
});

/**
 * Whether the policies of a container and above it ask for Data Access entries of a service. A policy adds to those above it. A member is
 * exempt if one of the configurations that ask for this log exempts it.
 *
 * @see https://cloud.google.com/logging/docs/audit/configure-data-access
 */
export function isLogged(
  state: State,
  container: string,
  { service, logType }: DataAccess,
  caller: Principal,
): boolean {
  const asking = ancestryOf(state, container)
    .flatMap((resource) => state.policies.get(resource)?.auditConfigs ?? [])
    .flatMap((one) => {
      const { data } = Config.safeParse(one);
      return data && (data.service === service || data.service === 'allServices')
        ? data.auditLogConfigs.filter((config) => config.logType === logType)
        : [];
    });
  return (
    asking.length > 0 &&
    !asking.some(({ exemptedMembers }) => exemptedMembers.includes(caller.member))
  );
}
