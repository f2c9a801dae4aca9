import { z } from 'zod';
import { quoted } from '../../basics/text/printable.ts';
import type { Replication } from '../../chain/replication.ts';

import { strict, wants } from './messages.ts';

const KEY = 'projects/acme-ops/locations/europe-west1/keyRings/hopmint/cryptoKeys/secrets';
const EXAMPLE = 'replication: { locations: [europe-west1, europe-west4] }';

const Location = z
  .string({ error: wants('locations: [europe-west1]') })
  .regex(/^[a-z]+(?:-[a-z]+)+\d+$/, {
    error: ({ input }) =>
      `${quoted(String(input))} is not a location: write one such as europe-west1`,
  });

const Key = z
  .string({ error: wants(`kmsKeys: [${KEY}]`) })
  .regex(/^projects\/[^/\s]+\/locations\/[a-z0-9-]+\/keyRings\/[\w-]+\/cryptoKeys\/[\w-]+$/, {
    error: ({ input }) =>
      `${quoted(String(input))} is not a key of Cloud KMS: write ${KEY}, without a version`,
  });

const locationOfKey = (key: string): string => key.split('/')[3] ?? '';

/** Secret Manager needs a key in each location, or no key at all. With automatic replication it needs a global key. */
function keyFault(locations: readonly string[], keys: readonly string[]): string | undefined {
  const places = locations.length > 0 ? locations : ['global'];
  const held = keys.map(locationOfKey);
  if (held.includes('')) return undefined; // the key has its own fault
  const stray = keys.find((key) => !places.includes(locationOfKey(key)));
  if (stray !== undefined) {
    return locations.length > 0
      ? `${stray} is in ${locationOfKey(stray)}, but the secret is not there: write a key in each of ${places.join(', ')}`
      : `${stray} is in ${locationOfKey(stray)}: without locations the key must be in locations/global`;
  }
  const without = places.find((place) => !held.includes(place));
  if (without !== undefined) return `${without} has no key: write one for each location`;
  return new Set(held).size < held.length ? 'write one key for each location' : undefined;
}

/** `automatic`, or a mapping. */
export const ReplicationSource = strict(
  {
    locations: z
      .array(Location, { error: wants('locations: [europe-west1]') })
      .refine((list) => list.length > 0, {
        error: 'the list is empty: write at least one location, or leave "locations" out',
      })
      .meta({ minItems: 1 })
      .refine((locations) => new Set(locations).size === locations.length, {
        error: 'a location is listed twice: write each location once',
      })
      .optional()
      .describe('The regions that store the payloads. Each is billed.'),
    kmsKeys: z
      .array(Key, { error: wants(`kmsKeys: [${KEY}]`) })
      .refine((list) => list.length > 0, {
        error: 'the list is empty: write one key for each location, or leave "kmsKeys" out',
      })
      .meta({ minItems: 1 })
      .optional()
      .describe('Customer-managed keys: one in each location, or a global one without locations.'),
  },
  EXAMPLE,
)
  .superRefine(({ locations = [], kmsKeys }, context) => {
    const fault = kmsKeys && keyFault(locations, kmsKeys);
    if (fault) context.addIssue({ code: 'custom', path: ['kmsKeys'], message: fault });
  })
  .transform(({ locations, kmsKeys = [] }): Replication => {
    const keyIn = (place: string) => {
      const kmsKey = kmsKeys.find((key) => locationOfKey(key) === place);
      return kmsKey === undefined ? {} : { kmsKey };
    };
    return locations
      ? {
          automatic: false,
          replicas: locations.map((location) => ({ location, ...keyIn(location) })),
        }
      : { automatic: true, ...keyIn('global') };
  });
