import { withProjectNumber } from '../../../core/projects.ts';
import type { Secret, SecretVersion } from '../../../state/secret.ts';
import type { State } from '../../../state/state.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions#SecretVersion */
export function toVersion(state: State, secret: Secret, version: SecretVersion): object {
  const { number, data: _, clientSpecifiedPayloadChecksum, ...rest } = version;
  return {
    name: `${withProjectNumber(state, secret.name)}/versions/${number}`,
    ...rest,
    ...toReplicationStatus(secret),
    ...(clientSpecifiedPayloadChecksum && { clientSpecifiedPayloadChecksum }),
  };
}

/** Where the version is, and the version of the key there. The local cloud has one version of each key. */
function toReplicationStatus({ replication, customerManagedEncryption }: Secret): object {
  if (replication?.userManaged) {
    const replicas = replication.userManaged.replicas.map((replica) => ({
      location: replica.location,
      ...toEncryption(replica.customerManagedEncryption),
    }));
    return { replicationStatus: { userManaged: { replicas } } };
  }
  if (replication) {
    const key = replication.automatic?.customerManagedEncryption;
    return { replicationStatus: { automatic: toEncryption(key) } };
  }
  return toEncryption(customerManagedEncryption);
}

const toEncryption = (key: { kmsKeyName: string } | undefined): object =>
  key
    ? {
        customerManagedEncryption: { kmsKeyVersionName: `${key.kmsKeyName}/cryptoKeyVersions/1` },
      }
    : {};
