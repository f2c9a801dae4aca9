import type { EffectivePolicy } from './facts.ts';

export type Allowed = 'yes' | 'no' | 'unknown';

/** The groups of regions that Google names after a continent. @see https://cloud.google.com/resource-manager/docs/organization-policy/defining-locations */
const CONTINENTS = ['africa', 'asia', 'australia', 'europe', 'me', 'southamerica'] as const;

/** Regions of the group `eu`, which has only member states of the European Union. */
const NOT_EU = ['europe-west2', 'europe-west6'];

/** Does a value of `gcp.resourceLocations` contain a location? Of most groups we do not know the regions. */
function contains(value: string, location: string): Allowed {
  const [, group] = /^in:(.+)-locations$/.exec(value) ?? [];
  if (group === undefined) return value.replace(/^is:/, '') === location ? 'yes' : 'no';
  if (group === location) return 'yes';
  if (location === 'global') return group === 'global' ? 'yes' : 'no';
  const isContinent = CONTINENTS.some((name) => name === group);
  if (isContinent) return location.startsWith(`${group}-`) ? 'yes' : 'no';
  if (group === 'eu') {
    return location.startsWith('europe-') && !NOT_EU.includes(location) ? 'yes' : 'no';
  }
  if (group === 'us') return location.startsWith('us-') ? 'yes' : 'no';
  const isOtherRegion = /^[a-z]+-[a-z]+\d+$/.test(group);
  return isOtherRegion ? 'no' : 'unknown';
}

/** Whether the effective policy of `gcp.resourceLocations` allows a location: a region, or `global`. */
export function allowsLocation(policy: EffectivePolicy, location: string): Allowed {
  const matches = (values: readonly string[]): Allowed => {
    const all = values.map((value) => contains(value, location));
    return all.includes('yes') ? 'yes' : all.includes('unknown') ? 'unknown' : 'no';
  };
  if (policy.denyAll) return 'no';
  const denied = matches(policy.deniedValues);
  if (denied !== 'no') return denied === 'yes' ? 'no' : 'unknown';
  if (policy.allowAll || policy.allowedValues.length === 0) return 'yes';
  return matches(policy.allowedValues);
}
