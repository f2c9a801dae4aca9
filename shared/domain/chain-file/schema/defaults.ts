import type { z } from 'zod';
import { lifetimeSchema } from './credential.ts';
import { strict } from './messages.ts';
import { ReplicationSource } from './replication.ts';
import { duration } from './scalars.ts';

// The keys that a chain and `defaults` both have.
export const rotateEvery = duration('rotateEvery: 30m').describe(
  'How often the credential is minted again.',
);
export const retryWindow = duration('retryWindow: 10m').describe(
  'How long Google may be unavailable before readers are affected.',
);
export const minValidity = duration('minValidity: 5m').describe(
  'The validity that a reader can always expect.',
);
export const replication = ReplicationSource.describe(
  'Where Secret Manager stores the payloads of a secret that `apply` creates. Without locations Google chooses.',
);

export const DefaultsSource = strict(
  {
    lifetime: lifetimeSchema
      .prefault('1h')
      .describe('For access tokens and signed JWTs. An ID token always lasts for 1h.'),
    rotateEvery: rotateEvery.prefault('30m'),
    retryWindow: retryWindow.prefault('10m'),
    minValidity: minValidity.prefault('5m'),
    replication: replication.optional(),
  },
  'defaults: { lifetime: 1h, rotateEvery: 30m }',
);
export type DefaultsSource = z.output<typeof DefaultsSource>;
