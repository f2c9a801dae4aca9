import { z } from 'zod';
import type { CustomRoles } from '../../cloud/administration.ts';
import { ok } from '../../domain/basics/result.ts';
import { ROLE_NAME } from '../policies/iam.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { read } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';
import { write } from '../wire/write.ts';

const RoleBody = z.object({
  includedPermissions: z.array(z.string()).default([]),
  stage: z.string().exactOptional(),
  deleted: z.boolean().default(false),
  etag: z.string().default(''),
});

export function customRolesOf(http: Http, hosts: Hosts, wire: Wire): CustomRoles {
  const base = `${hosts.iam}/v1`;
  return {
    /** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/get */
    async read(name, signal) {
      // A binding may contain any text. Never put text that is not the name of a role into a URL.
      if (!ROLE_NAME.test(name)) return ok('missing');
      const url = `${base}/${name}`;
      const result = await read(http, { operation: 'role', url, schema: RoleBody }, signal, wire);
      if (!result.ok) return result.error.reason === 'policy-missing' ? ok('missing') : result;
      const { includedPermissions, stage, deleted, etag } = result.value;
      const state = deleted ? 'deleted' : stage === 'DISABLED' ? 'disabled' : 'live';
      const permissions = new Set(state === 'live' ? includedPermissions : []);
      return ok({ name, state, permissions, etag });
    },

    /** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/create */
    create(name, { title, description, permissions }, signal) {
      const [parent = '', roleId = ''] = name.split('/roles/');
      const role = { title, description, includedPermissions: permissions, stage: 'GA' };
      const url = `${base}/${parent}/roles`;
      const body = { roleId, role };
      return write(http, { operation: 'roles.create', method: 'POST', url, body }, signal);
    },

    /** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.roles/patch */
    extend({ name, etag, permissions: existing }, permissions, signal) {
      const url = `${base}/${name}?updateMask=includedPermissions`;
      const includedPermissions = [...new Set([...existing, ...permissions])].sort();
      const body = { includedPermissions, ...(etag && { etag }) };
      return write(http, { operation: 'roles.patch', method: 'PATCH', url, body }, signal);
    },
  };
}
