import { z } from 'zod';
import type { SecretResources } from '../../cloud/administration.ts';
import { ok } from '../../domain/basics/result.ts';
import { type Replication, replicationBodyOf } from '../../domain/chain/replication.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { read } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';
import { write } from '../wire/write.ts';

const encryption = {
  customerManagedEncryption: z.object({ kmsKeyName: z.string() }).exactOptional(),
};
const ReplicationBody = z
  .object({
    automatic: z.object(encryption).exactOptional(),
    userManaged: z
      .object({ replicas: z.array(z.object({ location: z.string(), ...encryption })) })
      .exactOptional(),
  })
  .transform(({ automatic, userManaged }): Replication => {
    const keyOf = (key: { kmsKeyName: string } | undefined) => key && { kmsKey: key.kmsKeyName };
    if (!userManaged) return { automatic: true, ...keyOf(automatic?.customerManagedEncryption) };
    const replicas = userManaged.replicas.map(({ location, customerManagedEncryption: key }) => ({
      location,
      ...keyOf(key),
    }));
    return { automatic: false, replicas };
  });

const strings = z.record(z.string(), z.string()).default({});
const SecretBody = z.object({
  etag: z.string().min(1),
  labels: strings,
  annotations: strings,
  replication: ReplicationBody,
  expireTime: z.iso.datetime({ offset: true }).exactOptional(),
  versionDestroyTtl: z
    .string()
    .regex(/^\d+(\.\d+)?s$/)
    .transform((text) => Number.parseFloat(text))
    .exactOptional(),
});

export function secretResourcesOf(http: Http, hosts: Hosts, wire: Wire): SecretResources {
  const base = `${hosts.secretmanager}/v1`;
  return {
    /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/get */
    async read(name, signal) {
      const url = `${base}/${name}`;
      const result = await read(
        http,
        { operation: 'secrets.get', url, schema: SecretBody },
        signal,
        wire,
      );
      if (!result.ok) return result.error.reason === 'policy-missing' ? ok('missing') : result;
      const { versionDestroyTtl: ttl, expireTime, ...secret } = result.value;
      return ok({
        name,
        ...secret,
        ...(expireTime !== undefined && { expiresAt: new Date(expireTime) }),
        ...(ttl !== undefined && { versionDestroyTtlSeconds: ttl }),
      });
    },

    /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create */
    create(name, labels, replication, signal) {
      const [parent = '', secretId = ''] = name.split('/secrets/');
      const url = `${base}/${parent}/secrets?secretId=${encodeURIComponent(secretId)}`;
      const body = { replication: replicationBodyOf(replication), labels };
      return write(http, { operation: 'secrets.create', method: 'POST', url, body }, signal);
    },

    /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/patch */
    label({ name, etag, labels: existing }, labels, signal) {
      const url = `${base}/${name}?updateMask=labels`;
      const body = { etag, labels: { ...existing, ...labels } };
      return write(
        http,
        {
          operation: 'secrets.patch',
          method: 'PATCH',
          url,
          body,
          staleEtagCode: 'FAILED_PRECONDITION',
        },
        signal,
      );
    },
  };
}
