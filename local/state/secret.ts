export type Secret = {
  /** `projects/P/secrets/S` or `projects/P/locations/L/secrets/S`, with the project's ID */
  name: string;
  createTime: string;
  etag: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Version numbers by alias. Google's JSON writes them as strings. */
  versionAliases: Record<string, number>;
  /** A regional secret has none. */
  replication?: Replication;
  /** Of a regional secret. */
  customerManagedEncryption?: Encryption;
  /** Seconds. */
  versionDestroyTtl?: number;
  topics?: { name: string }[];
  expireTime?: string;
  versions: SecretVersion[];
};

type Encryption = { kmsKeyName: string };

export type Replication = {
  automatic?: { customerManagedEncryption?: Encryption } | undefined;
  userManaged?:
    | { replicas: { location: string; customerManagedEncryption?: Encryption }[] }
    | undefined;
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
