import { z } from 'zod';
import type { Policies } from '../../cloud/policies.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { read, readPages } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';

const LookupBody = z.object({ name: z.string().regex(/^groups\/[\w-]+$/) });
const ListBody = z.object({
  memberships: z
    .array(
      z.object({
        preferredMemberKey: z.object({ id: z.string() }),
        roles: z.array(z.object({ name: z.string() })).default([]),
        type: z.string().default(''),
      }),
    )
    .default([]),
  nextPageToken: z.string().default(''),
});

const PREFIXES: Readonly<Record<string, string>> = {
  USER: 'user',
  SERVICE_ACCOUNT: 'serviceAccount',
  GROUP: 'group',
};
const ADMINISTRATORS: ReadonlySet<string> = new Set(['OWNER', 'MANAGER']);

/** Google's limit with `view=FULL`, which shows the types of members. */
const PAGE_SIZE = 500;

/** Groups of Cloud Identity. The caller needs an administrator role that includes reading groups, or must be a member. */
export function groupsOf(http: Http, hosts: Hosts, wire: Wire): Pick<Policies, 'group'> {
  const base = `${hosts.cloudidentity}/v1`;
  return {
    /**
     * Every edition has these two methods. The search for transitive memberships is in some editions only, and does not show which members
     * are groups.
     *
     * @see https://cloud.google.com/identity/docs/reference/rest/v1/groups/lookup
     * @see https://cloud.google.com/identity/docs/reference/rest/v1/groups.memberships/list
     */
    async group(email, signal) {
      const lookup = await read(
        http,
        {
          operation: 'group',
          url: `${base}/groups:lookup?groupKey.id=${encodeURIComponent(email)}`,
          schema: LookupBody,
        },
        signal,
        wire,
      );
      if (!lookup.ok) return lookup;
      const query = new URLSearchParams({ view: 'FULL', pageSize: String(PAGE_SIZE) });
      const url = `${base}/${lookup.value.name}/memberships?${query}`;
      const list = { operation: 'group members', url, schema: ListBody };
      const pages = await readPages(http, list, signal, wire);
      if (!pages.ok) return pages;
      const members: string[] = [];
      const administrators: string[] = [];
      let isComplete = true;
      for (const { preferredMemberKey, roles, type } of pages.value.flatMap((p) => p.memberships)) {
        const prefix = PREFIXES[type];
        if (prefix === undefined) {
          isComplete = false;
          continue;
        }
        const member = `${prefix}:${preferredMemberKey.id}`;
        members.push(member);
        if (roles.some(({ name }) => ADMINISTRATORS.has(name))) administrators.push(member);
      }
      return ok({ members, administrators, isComplete });
    },
  };
}
