export type Bucket = {
  name: string;
  projectId: string;
  /** In capitals: `US`, `EUROPE-WEST3`. */
  location: string;
  /** RFC 3339. */
  timeCreated: string;
  updated: string;
  metageneration: number;
  /** The fields that the client has set, as Google's JSON has them. Only `versioning` has an effect. */
  settings: BucketSettings;
  /** The greatest generation that an object of the bucket ever had. No later object gets it, even after a deletion. */
  lastGeneration?: string;
};

export type BucketSettings = {
  storageClass?: string;
  labels?: Record<string, string>;
  /** Whether replaced and deleted objects stay as noncurrent generations. */
  versioning?: { enabled: boolean };
  lifecycle?: { rule: unknown[] };
  iamConfiguration?: {
    uniformBucketLevelAccess?: { enabled: boolean } | undefined;
    publicAccessPrevention?: string | undefined;
  };
  /** `seconds`: an int64 as a string. `since`: RFC 3339, when it was last set. */
  softDelete?: { seconds: string; since: string };
  autoclass?: { enabled: boolean; terminalStorageClass: string; since: string };
  retentionPolicy?: { retentionPeriod: string; effectiveTime: string };
  encryption?: { defaultKmsKeyName?: string };
  logging?: object;
  website?: object;
  cors?: object[];
  billing?: { requesterPays: boolean };
};

export type StoredObject = {
  bucket: string;
  name: string;
  generation: string;
  metageneration: string;
  contentType: string;
  /** Custom metadata. */
  metadata?: Record<string, string>;
  updated: string;
  /** When the object became noncurrent. */
  timeDeleted?: string;
  data: Buffer;
};
