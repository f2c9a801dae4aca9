import { z } from 'zod';
import type { Policies } from '../../cloud/policies.ts';
import { err, ok } from '../../domain/basics/result.ts';
import { type Account, idOf, projectOf } from '../../domain/chain/account.ts';
import type { ServiceAccount } from '../../domain/iam/snapshot.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { POLICY_VERSION, PolicyBody } from '../wire/policy-body.ts';
import { read, readPages } from '../wire/read.ts';

const AccountBody = z.object({
  email: z.string(),
  uniqueId: z.string(),
  projectId: z.string(),
  disabled: z.boolean().default(false),
});

const RoleBody = z.object({
  includedPermissions: z.array(z.string()).default([]),
  stage: z.string().exactOptional(),
  deleted: z.boolean().default(false),
});

const AccountsBody = z.object({
  accounts: z.array(z.object({ email: z.string() })).default([]),
  nextPageToken: z.string().default(''),
});

const KeysBody = z.object({
  keys: z
    .array(
      z.object({
        name: z.string(),
        disabled: z.boolean().default(false),
        validBeforeTime: z.iso.datetime({ offset: true }).exactOptional(),
      }),
    )
    .default([]),
});

/** A predefined role, or a custom role of a project or an organization. */
export const ROLE_NAME = /^(?:(?:projects|organizations)\/[\w.:-]+\/)?roles\/[\w.]+$/;

/**
 * The project in the email of an account. It is an ID, or a number for the default account of Compute Engine. In a domain-scoped project, as in
 * `example.com:acme`, emails have the name before the domain.
 *
 * @see https://cloud.google.com/iam/docs/service-account-types#default
 */
function projectInEmail(account: Account): string | undefined {
  const { email = '' } = account;
  const [, appEngine] = /^([a-z0-9.-]+)@appspot\.gserviceaccount\.com$/.exec(email) ?? [];
  const [, compute] = /^(\d+)-compute@developer\.gserviceaccount\.com$/.exec(email) ?? [];
  const [, scoped] = /@([a-z0-9-]+(?:\.[a-z0-9-]+)+)\.iam\.gserviceaccount\.com$/.exec(email) ?? [];
  const named = appEngine ?? scoped;
  return projectOf(account) ?? compute ?? named?.replace(/^([^.]+)\.(.+)$/, '$2:$1');
}

/** IAM v1: service accounts, their policies and keys, and roles. */
export function iamOf(
  http: Http,
  hosts: Hosts,
  now: () => Date,
): Pick<Policies, 'account' | 'accountPolicy' | 'accountsOfProject' | 'userKeys' | 'role'> {
  const base = `${hosts.iam}/v1`;
  const nameOf = ({ projectId, uniqueId }: ServiceAccount) =>
    `projects/${encodeURIComponent(projectId)}/serviceAccounts/${encodeURIComponent(uniqueId)}`;
  return {
    /**
     * The URL names the account's project if its email does. With `-` for the project, Google answers 403 for an account that does not exist,
     * as for one that we may not read.
     *
     * @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/get
     */
    async account(account, signal) {
      const url = `${base}/projects/${encodeURIComponent(projectInEmail(account) ?? '-')}/serviceAccounts/${idOf(account)}`;
      const result = await read(http, { operation: 'account', url, schema: AccountBody }, signal);
      if (result.ok) return ok({ ...result.value, readAt: now() });
      return result.error.reason === 'policy-missing' ? ok('missing') : result;
    },

    /** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/getIamPolicy */
    accountPolicy(account, signal) {
      const url = `${base}/${nameOf(account)}:getIamPolicy?options.requestedPolicyVersion=${POLICY_VERSION}`;
      return read(
        http,
        { operation: 'allow policy', method: 'POST', url, schema: PolicyBody },
        signal,
      );
    },

    /** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/list */
    async accountsOfProject(project, signal) {
      const pages = await readPages(
        http,
        {
          operation: 'accounts of the project',
          url: `${base}/${project}/serviceAccounts?pageSize=100`,
          schema: AccountsBody,
        },
        signal,
      );
      return pages.ok
        ? ok(pages.value.flatMap(({ accounts }) => accounts.map(({ email }) => email)))
        : pages;
    },

    /** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/list */
    async userKeys(account, signal) {
      const url = `${base}/${nameOf(account)}/keys?keyTypes=USER_MANAGED`;
      const result = await read(http, { operation: 'keys', url, schema: KeysBody }, signal);
      if (!result.ok) return result;
      const usable = result.value.keys.filter(
        ({ disabled, validBeforeTime: end }) =>
          !disabled && (end === undefined || Date.parse(end) > now().getTime()),
      );
      return ok(usable.map(({ name }) => name.split('/').at(-1) ?? name).sort());
    },

    /**
     * A disabled, deleted or purged role has no permissions.
     *
     * @see https://cloud.google.com/iam/docs/reference/rest/v1/roles/get
     */
    async role(name, signal) {
      // A policy may contain any text. Never put text that is not the name of a role into a URL.
      if (!ROLE_NAME.test(name)) {
        return err({ reason: 'policy-refused', detail: 'role: not the name of a role' });
      }
      const result = await read(
        http,
        { operation: 'role', url: `${base}/${name}`, schema: RoleBody },
        signal,
      );
      const isGone = !result.ok && result.error.reason === 'policy-missing';
      if (isGone) return ok({ name, state: 'deleted', permissions: new Set() });
      if (!result.ok) return result;
      const { includedPermissions, stage, deleted } = result.value;
      const state = deleted ? 'deleted' : stage === 'DISABLED' ? 'disabled' : 'live';
      return ok({
        name,
        state,
        permissions: new Set(state === 'live' ? includedPermissions : []),
        ...(state !== 'live' && { dormant: new Set(includedPermissions) }),
      });
    },
  };
}
