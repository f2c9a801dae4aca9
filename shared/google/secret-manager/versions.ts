import { Crc32c } from '@aws-crypto/crc32c';
import type { protos } from '@google-cloud/secret-manager';
import type { Secrets } from '../../cloud/secrets.ts';
import { err, ok } from '../../domain/basics/result.ts';
import type { Token } from '../../domain/chain/credential.ts';
import type { Version } from '../../domain/rotation/ledger/version.ts';
import { livingVersion } from '../policies/living-version.ts';
import { retrying } from '../wire/retry.ts';
import type { Wire } from '../wire/wire.ts';
import { type Call, idOf, PAGE_SIZE, toDate } from './call.ts';

type WireVersion = protos.google.cloud.secretmanager.v1.ISecretVersion;

const toVersion = ({ name, state, createTime, scheduledDestroyTime }: WireVersion) =>
  livingVersion(Number(idOf(name)), state, scheduledDestroyTime, toDate(createTime ?? {}));

const crc32c = (data: Buffer): number => new Crc32c().update(data).digest();

/** In steady state, the newest two versions are alive and all others are destroyed. */
const NEWEST_PAGE_SIZE = 25;

/** The methods that read and change the versions of a secret. */
export const versionMethods = (
  call: Call,
  wire: Wire,
): Pick<Secrets, 'versions' | 'newestVersions' | 'addVersion' | 'destroyVersion'> => ({
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
  newestVersions: async (secret, signal) => {
    const page = await retrying(
      () =>
        call('versions.list', signal, (c, options) =>
          c.listSecretVersions(
            { parent: secret, pageSize: NEWEST_PAGE_SIZE },
            { ...options, autoPaginate: false },
          ),
        ),
      signal,
      wire,
    );
    if (!page.ok) return page;
    const [wires, , response] = page.value;
    return ok({
      newest: Number(idOf(wires[0]?.name)),
      from: response?.nextPageToken ? Number(idOf(wires.at(-1)?.name)) : 1,
      versions: wires.flatMap((version) => toVersion(version) ?? []),
    });
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
});
