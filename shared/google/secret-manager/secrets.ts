import type { protos } from '@google-cloud/secret-manager';
import type { Secret, Secrets } from '../../cloud/secrets.ts';
import { err, ok } from '../../domain/basics/result.ts';
import { LABEL } from '../../domain/chain/secret.ts';
import { annotationsOf } from '../../domain/rotation/ledger/ledger.ts';
import { retrying } from '../wire/retry.ts';
import type { Wire } from '../wire/wire.ts';
import { type Call, idOf, PAGE_SIZE, toDate } from './call.ts';

type WireSecret = protos.google.cloud.secretmanager.v1.ISecret;

/** @param name as in the chain file. Google answers with the project's number instead of its ID. */
const toSecret = (name: string, wire: WireSecret): Secret => ({
  name,
  etag: wire.etag ?? '',
  labels: wire.labels ?? {},
  annotations: wire.annotations ?? {},
  versionAliases: Object.fromEntries(
    Object.entries(wire.versionAliases ?? {}).map(([alias, version]) => [alias, Number(version)]),
  ),
  ...(wire.expireTime && { expiresAt: toDate(wire.expireTime) }),
  ...(wire.versionDestroyTtl && { destroyDelaySeconds: Number(wire.versionDestroyTtl.seconds) }),
});

/** The methods that read and change secrets themselves. */
export const secretMethods = (
  call: Call,
  wire: Wire,
): Pick<Secrets, 'secret' | 'secretsIn' | 'commit'> => ({
  /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/get */
  secret: (name, signal, newEnough = () => true) =>
    retrying(
      async () => {
        const got = await call('secrets.get', signal, (c, options) =>
          c.getSecret({ name }, options),
        );
        if (!got.ok) return got;
        const secret = toSecret(name, got.value[0]);
        if (newEnough(secret)) return ok(secret);
        return err({
          reason: 'cloud-busy',
          detail: 'secrets.get: Google answered with an older state',
        });
      },
      signal,
      wire,
    ),

  /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/list */
  secretsIn: async (project, signal) => {
    const secrets: Secret[] = [];
    let pageToken: string | undefined;
    do {
      const request = {
        parent: `projects/${project}`,
        filter: `labels.${LABEL.key}=${LABEL.value}`,
        pageSize: PAGE_SIZE,
        ...(pageToken && { pageToken }),
      };
      const page = await retrying(
        () =>
          call(
            'secrets.list',
            signal,
            (c, options) => c.listSecrets(request, { ...options, autoPaginate: false }),
            wire.listTimeoutMs,
          ),
        signal,
        wire,
      );
      if (!page.ok) return page;
      const [wires, , response] = page.value;
      for (const wire of wires) {
        secrets.push(toSecret(`projects/${project}/secrets/${idOf(wire.name)}`, wire));
      }
      pageToken = response?.nextPageToken || undefined;
    } while (pageToken);
    return ok(secrets);
  },

  /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/patch */
  commit: async (secret, ledger, signal) => {
    const { name, etag, annotations, labels, versionAliases } = secret;
    const { previous: _, ...otherAliases } = versionAliases;
    const aliases = {
      ...otherAliases,
      current: ledger.current,
      ...(ledger.previous > 0 && { previous: ledger.previous }),
    };
    const patched = await call('secrets.patch', signal, (c, options) =>
      c.updateSecret(
        {
          secret: {
            name,
            etag,
            labels: { ...labels, [LABEL.key]: LABEL.value },
            annotations: { ...annotations, ...annotationsOf(ledger) },
            versionAliases: Object.fromEntries(
              Object.entries(aliases).map(([alias, version]) => [alias, String(version)]),
            ),
          },
          updateMask: { paths: ['annotations', 'labels', 'version_aliases'] },
        },
        options,
      ),
    );
    return patched.ok ? ok(undefined) : patched;
  },
});
