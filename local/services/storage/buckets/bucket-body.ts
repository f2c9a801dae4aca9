import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { parseMessage } from '../../../core/proto-json.ts';
import type { Bucket, BucketSettings } from '../../../state/storage.ts';

const Enabled = z.looseObject({ enabled: z.boolean() });
const Rules = z.looseObject({ rule: z.array(z.unknown()).default([]) });
const seconds = z.union([z.string().regex(/^\d+$/), z.int().min(0)]).transform(String);
const STORAGE_CLASSES = ['STANDARD', 'NEARLINE', 'COLDLINE', 'ARCHIVE'] as const;
const storageClass = z.preprocess(
  (value) => (typeof value === 'string' ? value.toUpperCase() : value),
  z.enum([...STORAGE_CLASSES, 'MULTI_REGIONAL', 'REGIONAL', 'DURABLE_REDUCED_AVAILABILITY']),
);

/** The fields of a bucket that a client may set. Any other field is ignored, as Cloud Storage ignores it. */
const BucketBody = z.looseObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/)
    .optional(),
  location: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/)
    .optional(),
  storageClass: storageClass.optional(),
  labels: z.record(z.string(), z.string()).optional(),
  versioning: Enabled.optional(),
  lifecycle: Rules.optional(),
  iamConfiguration: z
    .looseObject({
      uniformBucketLevelAccess: Enabled.optional(),
      publicAccessPrevention: z.enum(['inherited', 'unspecified', 'enforced']).optional(),
    })
    .optional(),
  softDeletePolicy: z.looseObject({ retentionDurationSeconds: seconds }).optional(),
  autoclass: z
    .looseObject({
      enabled: z.boolean(),
      terminalStorageClass: z.enum(['NEARLINE', 'ARCHIVE']).default('NEARLINE'),
    })
    .optional(),
  retentionPolicy: z.looseObject({ retentionPeriod: seconds }).optional(),
  encryption: z.looseObject({ defaultKmsKeyName: z.string().optional() }).optional(),
  logging: z.looseObject({}).optional(),
  website: z.looseObject({}).optional(),
  cors: z.array(z.looseObject({})).optional(),
  billing: z.looseObject({ requesterPays: z.boolean() }).optional(),
});
type BucketBody = z.output<typeof BucketBody>;

/** @throws {ApiError} 400 that names the first bad field */
export const parseBucketBody = (body: unknown): BucketBody =>
  parseMessage(BucketBody, withoutNulls(body));

const withoutNulls = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .filter(([, field]) => field !== null)
          .map(([name, field]) => [name, withoutNulls(field)]),
      );

/**
 * The settings after a change. A field that the body lacks stays; `null` removes it; labels are merged one by one.
 *
 * @param sent the body as the client sent it, with its nulls
 * @param now RFC 3339
 */
export function changedSettings(
  before: BucketSettings,
  sent: Readonly<Record<string, unknown>>,
  now: string,
): BucketSettings {
  const body = parseBucketBody(sent);
  const { softDeletePolicy, autoclass, retentionPolicy, lifecycle, iamConfiguration } = body;
  const kept: BucketSettings = { ...before };
  for (const field of Object.keys(sent)) if (sent[field] === null) remove(kept, field);
  const plain = pick(body, PLAIN) as BucketSettings;
  const labels = mergedLabels(before.labels, sent.labels);
  return {
    ...kept,
    ...plain,
    ...(labels && { labels }),
    ...(lifecycle && { lifecycle: { rule: lifecycle.rule } }),
    ...(iamConfiguration && {
      iamConfiguration: {
        ...kept.iamConfiguration,
        ...pick(iamConfiguration, ['uniformBucketLevelAccess', 'publicAccessPrevention']),
      },
    }),
    ...(softDeletePolicy && {
      softDelete: since(now, before.softDelete, {
        seconds: softDeletePolicy.retentionDurationSeconds,
      }),
    }),
    ...(autoclass && {
      autoclass: since<Omit<NonNullable<BucketSettings['autoclass']>, 'since'>>(
        now,
        before.autoclass,
        {
          enabled: autoclass.enabled,
          terminalStorageClass: autoclass.terminalStorageClass,
        },
      ),
    }),
    ...(retentionPolicy && {
      retentionPolicy: { retentionPeriod: retentionPolicy.retentionPeriod, effectiveTime: now },
    }),
  };
}

/** A setting that is sent again without a change keeps its time. */
const withoutTime = ({ since: _, ...setting }: { since: string }): object => setting;

function since<T extends object>(
  now: string,
  before: (T & { since: string }) | undefined,
  setting: T,
): T & { since: string } {
  const same = before && isDeepStrictEqual(setting, withoutTime(before));
  return { ...setting, since: same ? before.since : now };
}

const PLAIN = [
  'storageClass',
  'versioning',
  'encryption',
  'logging',
  'website',
  'cors',
  'billing',
] as const;

const pick = <T extends object>(from: T, names: readonly string[]): Partial<T> =>
  Object.fromEntries(
    Object.entries(from).filter(([name, value]) => names.includes(name) && value !== undefined),
  ) as Partial<T>;

function remove(settings: BucketSettings, field: string): void {
  const name = field === 'softDeletePolicy' ? 'softDelete' : field;
  delete settings[name as keyof BucketSettings];
}

function mergedLabels(
  before: Readonly<Record<string, string>> = {},
  sent: unknown,
): Record<string, string> | undefined {
  if (typeof sent !== 'object' || sent === null) return undefined;
  const merged: Record<string, unknown> = { ...before, ...sent };
  const present = Object.entries(merged).filter(([, value]) => value !== null);
  return Object.fromEntries(present) as Record<string, string>;
}

/** A bucket without objects. @param now RFC 3339 */
export const newBucket = (
  name: string,
  projectId: string,
  location: string | undefined,
  settings: BucketSettings,
  now: string,
): Bucket => ({
  name,
  projectId,
  location: (location ?? 'US').toUpperCase(),
  timeCreated: now,
  updated: now,
  metageneration: 1,
  settings,
});
