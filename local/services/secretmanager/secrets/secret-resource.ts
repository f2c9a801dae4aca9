import { z } from 'zod';
import { ApiError } from '../../../core/api-error.ts';
import { withProjectNumber } from '../../../core/projects.ts';
import {
  duration,
  int64,
  message,
  parseMessage,
  timestamp,
  unsupported,
} from '../../../core/proto-json.ts';
import type { Secret } from '../../../state/secret.ts';
import type { State } from '../../../state/state.ts';

const labels = z
  .record(
    z.string().regex(/^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u),
    z.string().regex(/^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u),
  )
  .refine(atMost(64), { error: 'A secret can have at most 64 labels.' });

const annotations = z
  .record(z.string().regex(/^[a-z0-9A-Z]([\w.-]{0,61}[a-z0-9A-Z])?$/), z.string())
  .refine((map) => Buffer.byteLength(Object.entries(map).flat().join('')) < 16 * 1024, {
    error: 'The keys and values of all annotations must be smaller than 16 KiB together.',
  });

const versionAliases = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z][\w-]{0,62}$/)
      .refine((alias) => alias !== 'latest' && alias !== 'NEW'),
    int64,
  )
  .refine(atMost(50), { error: 'A secret can have at most 50 version aliases.' });

const encryption = message({
  kmsKeyName: z
    .string()
    .regex(/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/),
});
const location = message({
  location: z.string().min(1),
  customerManagedEncryption: encryption.exactOptional(),
});
const replication = message({
  automatic: message({ customerManagedEncryption: encryption.exactOptional() }).optional(),
  userManaged: message({ replicas: z.array(location).min(1) }).optional(),
}).refine(
  ({ automatic, userManaged }) => (automatic === undefined) !== (userManaged === undefined),
  { error: 'A replication must be either automatic or user-managed.' },
);

/** The Secret of a request. Clients send back whole secrets that they read, so the output-only fields are ignored. */
const SecretBody = message({
  name: z.unknown().optional(),
  createTime: z.unknown().optional(),
  policyMember: z.unknown().optional(),
  replication: replication.optional(),
  labels: labels.optional(),
  annotations: annotations.optional(),
  versionAliases: versionAliases.optional(),
  topics: z
    .array(message({ name: z.string().regex(/^projects\/[^/]+\/topics\/[^/]+$/) }))
    .max(10)
    .optional(),
  expireTime: timestamp.optional(),
  ttl: duration.optional(),
  versionDestroyTtl: duration
    .refine((seconds) => seconds >= 86_400, {
      error: 'The version destroy TTL must be at least 24 hours.',
    })
    .optional(),
  etag: z.string().optional(),
  rotation: unsupported,
  customerManagedEncryption: encryption.optional(),
  tags: z.record(z.string(), z.string()).optional(),
  secretType: unsupported,
});
export type SecretBody = z.infer<typeof SecretBody>;

export const parseSecret = (body: unknown): SecretBody => parseMessage(SecretBody, body, 'secret');

/** The `expireTime` of the request, or the time after its `ttl`. */
export function expireTimeOf(body: SecretBody, now: Date): string | undefined {
  const expireTime =
    body.ttl === undefined
      ? body.expireTime && new Date(body.expireTime)
      : new Date(now.getTime() + body.ttl * 1000);
  if (!expireTime) return undefined;
  if (expireTime <= now)
    throw new ApiError('INVALID_ARGUMENT', 'The expiration must be in the future.');
  return expireTime.toISOString();
}

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets#Secret */
export function toSecret(state: State, secret: Secret): object {
  const {
    versions: _,
    name,
    labels,
    annotations,
    versionAliases,
    versionDestroyTtl,
    ...rest
  } = secret;
  return {
    name: withProjectNumber(state, name),
    ...rest,
    ...unlessEmpty('labels', labels),
    ...unlessEmpty('annotations', annotations),
    ...unlessEmpty(
      'versionAliases',
      Object.fromEntries(
        Object.entries(versionAliases).map(([alias, number]) => [alias, String(number)]),
      ),
    ),
    ...(versionDestroyTtl && { versionDestroyTtl: `${versionDestroyTtl}s` }),
  };
}

/** Google's JSON does not contain empty maps. */
const unlessEmpty = (field: string, map: object): object =>
  Object.keys(map).length > 0 ? { [field]: map } : {};

function atMost(count: number): (map: object) => boolean {
  return (map) => Object.keys(map).length <= count;
}
