export type Bucket = {
  name: string;
  projectId: string;
  /** Whether replaced and deleted objects stay as noncurrent generations. */
  versioning?: boolean;
  /** The greatest generation that an object of the bucket ever had. No later object gets it, even after a deletion. */
  lastGeneration?: string;
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
