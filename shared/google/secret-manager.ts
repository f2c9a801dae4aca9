import { Crc32c } from '@aws-crypto/crc32c';
import type { protos, SecretManagerServiceClient } from '@google-cloud/secret-manager';
import type { Secret, Secrets } from '../cloud/secrets.ts';
import type { Failure } from '../domain/basics/failure.ts';
import { err, ok, type Result } from '../domain/basics/result.ts';
import type { Token } from '../domain/chain/credential.ts';
import { LABEL } from '../domain/chain/secret.ts';
import { annotationsOf } from '../domain/rotation/ledger.ts';
import type { Version } from '../domain/rotation/version.ts';
import { errorCodeOf, failureOf, type Refusals } from './wire/failures.ts';
import {
  type CallOptions,
  callOnce,
  endpointOf,
  toHttpResponse,
} from './wire/generated-clients.ts';
import type { Hosts, Identity } from './wire/http.ts';
import { retrying } from './wire/retry.ts';
import { WIRE, type Wire } from './wire/wire.ts';

type WireSecret = protos.google.cloud.secretmanager.v1.ISecret;
type WireVersion = protos.google.cloud.secretmanager.v1.ISecretVersion;

/** The most secrets of one list call. So a tick costs one call for each project, unless the project has more secrets. */
export const PAGE_SIZE = 25_000;

const refusals = (operation: string): Refusals => ({
  operation,
  denied: 'secret-denied',
  missing: 'secret-missing',
  refused: 'secret-refused',
});

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
});

const toDate = ({ seconds, nanos }: protos.google.protobuf.ITimestamp): Date =>
  new Date(Number(seconds ?? 0) * 1000 + Number(nanos ?? 0) / 1e6);

/** @returns undefined for a version that is destroyed or scheduled for destruction */
function toVersion({
  name,
  state,
  createTime,
  scheduledDestroyTime,
}: WireVersion): Version | undefined {
  if (scheduledDestroyTime || !(state === 'ENABLED' || state === 'DISABLED')) return undefined;
  return { number: Number(idOf(name)), state, createdAt: toDate(createTime ?? {}) };
}

/** The last part of a resource name. */
const idOf = (name: string | null | undefined): string =>
  name ? name.slice(name.lastIndexOf('/') + 1) : '';

const crc32c = (data: Buffer): number => new Crc32c().update(data).digest();

/** Secret Manager. Loads Google's client at its first use, to keep cold starts short. */
export function secretsOf(identity: Identity, hosts: Hosts, wire: Wire = WIRE): Secrets {
  let loaded: Promise<SecretManagerServiceClient> | undefined;
  const load = async () => {
    const { default: secretManager } = await import('@google-cloud/secret-manager');
    return new secretManager.SecretManagerServiceClient({
      ...endpointOf(hosts.secretmanager),
      authClient: await identity(),
    });
  };

  async function call<T>(
    operation: string,
    signal: AbortSignal,
    run: (client: SecretManagerServiceClient, options: CallOptions) => Promise<T>,
    timeoutMs = wire.callTimeoutMs,
  ): Promise<Result<T, Failure>> {
    loaded ??= load();
    try {
      const client = await loaded;
      return ok(await callOnce((options) => run(client, options), signal, timeoutMs));
    } catch (error) {
      if (signal.aborted)
        return err({ reason: 'deadline', detail: `${operation}: the deadline has passed` });
      const response = toHttpResponse(error);
      const failure = failureOf(response, refusals(operation));
      const code = errorCodeOf(response.body);
      return err(
        code === 'FAILED_PRECONDITION' || code === 'ABORTED'
          ? { ...failure, reason: 'etag-stale' }
          : failure,
      );
    }
  }

  return {
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

    /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/list */
    versions: async (secret, signal) => {
      const versions: Version[] = [];
      let pageToken: string | undefined;
      do {
        const request = {
          parent: secret,
          filter: 'state:ENABLED OR state:DISABLED',
          pageSize: PAGE_SIZE,
          ...(pageToken && { pageToken }),
        };
        const page = await retrying(
          () =>
            call('versions.list', signal, (c, options) =>
              c.listSecretVersions(request, { ...options, autoPaginate: false }),
            ),
          signal,
          wire,
        );
        if (!page.ok) return page;
        const [wires, , response] = page.value;
        versions.push(...wires.flatMap((version) => toVersion(version) ?? []));
        pageToken = response?.nextPageToken || undefined;
      } while (pageToken);
      return ok(versions);
    },

    /** The newest comes first. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/list */
    newestVersion: async (secret, signal) => {
      const page = await retrying(
        () =>
          call('versions.list', signal, (c, options) =>
            c.listSecretVersions(
              { parent: secret, pageSize: 1 },
              { ...options, autoPaginate: false },
            ),
          ),
        signal,
        wire,
      );
      return page.ok ? ok(Number(idOf(page.value[0][0]?.name))) : page;
    },

    /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/addVersion */
    addVersion: async (secret, payload: Token, signal) => {
      const data = Buffer.from(payload.reveal(), 'utf8');
      const added = await call('secrets.addVersion', signal, (c, options) =>
        c.addSecretVersion(
          { parent: secret, payload: { data, dataCrc32c: String(crc32c(data)) } },
          options,
        ),
      );
      if (!added.ok) return added;
      const [{ name, clientSpecifiedPayloadChecksum }] = added.value;
      const number = Number(idOf(name));
      return clientSpecifiedPayloadChecksum && Number.isSafeInteger(number) && number > 0
        ? ok(number)
        : err({ reason: 'secret-refused', detail: 'secrets.addVersion did not check the CRC32C' });
    },

    /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/destroy */
    destroyVersion: async (secret, version, signal) => {
      const name = `${secret}/versions/${version}`;
      const destroyed = await call('versions.destroy', signal, (c, options) =>
        c.destroySecretVersion({ name }, options),
      );
      if (destroyed.ok) return ok(undefined);
      // Google answers FAILED_PRECONDITION for a version that is destroyed already.
      const { reason } = destroyed.error;
      return reason === 'etag-stale' || reason === 'secret-missing' ? ok(undefined) : destroyed;
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
  };
}
