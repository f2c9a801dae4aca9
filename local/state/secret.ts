export type Secret = {
  /** `projects/P/secrets/S`, with the project's ID */
  name: string;
  createTime: string;
  etag: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Version numbers by alias. Google's JSON writes them as strings. */
  versionAliases: Record<string, number>;
  replication: unknown;
  /** Seconds. */
  versionDestroyTtl?: number;
  topics?: { name: string }[];
  expireTime?: string;
  versions: SecretVersion[];
};

/** Immutable: a change puts a new object into the secret, because earlier copies of the secret share its versions. */
export type SecretVersion = {
  readonly number: number;
  readonly createTime: string;
  readonly destroyTime?: string;
  readonly scheduledDestroyTime?: string;
  readonly state: 'ENABLED' | 'DISABLED' | 'DESTROYED';
  readonly etag: string;
  /** Base64. Absent in a destroyed version. */
  readonly data?: string;
  readonly clientSpecifiedPayloadChecksum: boolean;
};
