/** The locations of a secret's payloads in Secret Manager. They cannot change after the secret is created. */
export type Replication =
  | { readonly automatic: true; readonly kmsKey?: string }
  | { readonly automatic: false; readonly replicas: readonly Replica[] };

export type Replica = { readonly location: string; readonly kmsKey?: string };

export const AUTOMATIC: Replication = { automatic: true };

/** The locations, each of which is billed for each version. Automatic counts as one. */
export const locationsOf = (replication: Replication): readonly string[] =>
  replication.automatic ? ['automatic'] : replication.replicas.map(({ location }) => location);

/** Whether two replications have the same locations, in any order. Keys do not count: a new key does not re-encrypt old payloads. */
export const samePlaces = (a: Replication, b: Replication): boolean =>
  [...locationsOf(a)].sort().join() === [...locationsOf(b)].sort().join();

export const replicationText = (replication: Replication): string =>
  replication.automatic
    ? `automatic${replication.kmsKey ? ` (key ${replication.kmsKey})` : ''}`
    : replication.replicas
        .map(({ location, kmsKey }) => location + (kmsKey ? ` (key ${kmsKey})` : ''))
        .join(', ');

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets#Replication */
export function replicationBodyOf(replication: Replication): object {
  const encryption = (kmsKeyName: string | undefined) =>
    kmsKeyName === undefined ? {} : { customerManagedEncryption: { kmsKeyName } };
  return replication.automatic
    ? { automatic: encryption(replication.kmsKey) }
    : {
        userManaged: {
          replicas: replication.replicas.map(({ location, kmsKey }) => ({
            location,
            ...encryption(kmsKey),
          })),
        },
      };
}
