import type { State } from '../../../state/state.ts';
import type { Bucket } from '../../../state/storage.ts';
import { StorageError } from '../storage-error.ts';

export function existingBucket(state: State, name: string): Bucket {
  const bucket = state.buckets.get(name);
  if (bucket) return bucket;
  throw new StorageError(404, 'notFound', 'The specified bucket does not exist.');
}

/** The time after which uniform access cannot be switched off. */
const LOCKED_AFTER_MS = 90 * 24 * 3600 * 1000;
const SOFT_DELETE_SECONDS = '604800';
const DUAL_REGIONS = ['ASIA1', 'EUR4', 'EUR5', 'EUR7', 'EUR8', 'NAM4'];

/** @see https://cloud.google.com/storage/docs/json_api/v1/buckets#resource */
export function toBucket(state: State, bucket: Bucket): object {
  const { name, projectId, location, settings, timeCreated, metageneration } = bucket;
  const { softDelete, autoclass, lifecycle, labels, iamConfiguration, storageClass, ...plain } =
    settings;
  const locationType = locationTypeOf(location);
  return {
    kind: 'storage#bucket',
    selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
    id: name,
    name,
    projectNumber: state.projects.get(projectId)?.projectNumber,
    generation: String(new Date(timeCreated).getTime() * 1000),
    metageneration: String(metageneration),
    etag: Buffer.from([8, metageneration % 128]).toString('base64'),
    location,
    locationType,
    ...(locationType === 'region' ? { satisfiesPZI: true } : { rpo: 'DEFAULT' }),
    storageClass: autoclass?.enabled ? 'STANDARD' : (storageClass ?? 'STANDARD'),
    timeCreated,
    updated: bucket.updated,
    softDeletePolicy: {
      retentionDurationSeconds: softDelete?.seconds ?? SOFT_DELETE_SECONDS,
      effectiveTime: softDelete?.since ?? timeCreated,
    },
    iamConfiguration: toIamConfiguration(iamConfiguration, timeCreated),
    ...(labels && Object.keys(labels).length > 0 && { labels }),
    ...(lifecycle && lifecycle.rule.length > 0 && { lifecycle }),
    ...(autoclass?.enabled && {
      autoclass: {
        enabled: true,
        terminalStorageClass: autoclass.terminalStorageClass,
        terminalStorageClassUpdateTime: autoclass.since,
        toggleTime: autoclass.since,
      },
    }),
    ...plain,
  };
}

function locationTypeOf(location: string): 'region' | 'dual-region' | 'multi-region' {
  if (['US', 'EU', 'ASIA'].includes(location)) return 'multi-region';
  return DUAL_REGIONS.includes(location) ? 'dual-region' : 'region';
}

function toIamConfiguration(
  configured: Bucket['settings']['iamConfiguration'],
  timeCreated: string,
): object {
  const enabled = configured?.uniformBucketLevelAccess?.enabled ?? false;
  const lockedTime = new Date(new Date(timeCreated).getTime() + LOCKED_AFTER_MS).toISOString();
  const uniform = { enabled, ...(enabled && { lockedTime }) };
  return {
    bucketPolicyOnly: uniform,
    uniformBucketLevelAccess: uniform,
    publicAccessPrevention: configured?.publicAccessPrevention ?? 'inherited',
  };
}

export const toBucketPolicy = (resource: string, policy: object): object => ({
  kind: 'storage#policy',
  resourceId: `projects/_/${resource}`,
  ...policy,
});
