import { z } from 'zod';
import type { Policies } from '../../cloud/policies.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Version } from '../../domain/rotation/ledger/version.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { read } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';
import { livingVersion } from './living-version.ts';

/** In steady state, the newest two versions are alive and all others are destroyed. */
const PAGE_SIZE = 25;

const VersionBody = z.object({
  name: z.string(),
  state: z.string(),
  createTime: z.iso.datetime({ offset: true }),
  scheduledDestroyTime: z.string().optional(),
});
const ListBody = z.object({
  versions: z.array(VersionBody).default([]),
  nextPageToken: z.string().optional(),
});

/** How long a list may lag behind a write. Then it is read once more. */
const LAGS_MS = 5000;
/** A ledger that names a version so far above the newest one is not ahead of the list: it is false. */
const LAGS_BY_AT_MOST = 2;

/** Versions of secrets, as an audit reads them: it lists destroyed versions too, because `latest` can name one. */
export function secretVersionsOf(
  http: Http,
  hosts: Hosts,
  now: () => Date,
  wire: Wire,
): Pick<Policies, 'secretVersions'> {
  /** The newest comes first. @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/list */
  const list: Policies['secretVersions'] = async (secret, current, signal) => {
    const found: z.output<typeof VersionBody>[] = [];
    let pageToken = '';
    do {
      const query = new URLSearchParams({
        pageSize: String(PAGE_SIZE),
        ...(pageToken && { pageToken }),
      });
      const url = `${hosts.secretmanager}/v1/${secret}/versions?${query}`;
      const page = await read(http, { operation: 'versions', url, schema: ListBody }, signal, wire);
      if (!page.ok) return page;
      found.push(...page.value.versions);
      pageToken = page.value.nextPageToken ?? '';
      // A foreign version or two may be on top of ours. After hundreds, the current version does not matter any more.
    } while (pageToken && numberOf(found.at(-1)) > current && found.length < 4 * PAGE_SIZE);
    return ok({
      observedAt: now(),
      newest: numberOf(found[0]),
      from: pageToken ? numberOf(found.at(-1)) : 1,
      versions: found.flatMap((one) => toVersion(one) ?? []),
    });
  };

  return {
    async secretVersions(secret, current, signal) {
      const first = await list(secret, current, signal);
      const ahead = first.ok ? current - first.value.newest : 0;
      if (ahead <= 0 || ahead > LAGS_BY_AT_MOST) return first;
      await wire.wait(LAGS_MS, signal).catch(() => undefined);
      return list(secret, current, signal);
    },
  };
}

const numberOf = (version: { readonly name: string } | undefined): number =>
  version ? Number(version.name.slice(version.name.lastIndexOf('/') + 1)) : 0;

function toVersion(wire: z.output<typeof VersionBody>): Version | undefined {
  const { state, createTime, scheduledDestroyTime } = wire;
  return livingVersion(numberOf(wire), state, scheduledDestroyTime, new Date(createTime));
}
