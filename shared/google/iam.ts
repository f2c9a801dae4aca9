import { z } from 'zod';
import type { Policies } from '../cloud/policies.ts';

import { err, ok } from '../domain/basics/result.ts';
import { idOf, projectOf } from '../domain/chain/account.ts';
import type { ServiceAccount } from '../domain/iam/snapshot.ts';
import type { Hosts, Http } from './wire/http.ts';
import { POLICY_VERSION, PolicyBody } from './wire/policy-body.ts';
import { read } from './wire/read.ts';

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

/** Predefined, or custom of a project or an organization. */
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

export const ROLE_NAME = /^(?:(?:projects|organizations)\/[\w.:-]+\/)?roles\/[\w.]+$/;

/** IAM v1: service accounts, their policies and keys, and roles. */
export function iamOf(
  http: Http,
  hosts: Hosts,
  now: () => Date,
): Pick<Policies, 'account' | 'accountPolicy' | 'userKeys' | 'role'> {
  const base = `${hosts.iam}/v1`;
  const nameOf = ({ projectId, uniqueId }: ServiceAccount) =>
    `projects/${encodeURIComponent(projectId)}/serviceAccounts/${encodeURIComponent(uniqueId)}`;
  return {
    /**
     * Under `-` an account that is not there is 403, as one that we may not see; so it is asked for in its project where the email tells that.
     *
     * @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/get
     */
    async account(account, signal) {
      const url = `${base}/projects/${projectOf(account) ?? '-'}/serviceAccounts/${idOf(account)}`;
      const answer = await read(http, { what: 'account', url, schema: AccountBody }, signal);
      return !answer.ok && answer.error.reason === 'policy-missing' ? ok('missing') : answer;
    },

    /** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/getIamPolicy */
    accountPolicy(account, signal) {
      const url = `${base}/${nameOf(account)}:getIamPolicy?options.requestedPolicyVersion=${POLICY_VERSION}`;
      return read(http, { what: 'allow policy', method: 'POST', url, schema: PolicyBody }, signal);
    },

    /** @see https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys/list */
    async userKeys(account, signal) {
      const url = `${base}/${nameOf(account)}/keys?keyTypes=USER_MANAGED`;
      const answer = await read(http, { what: 'keys', url, schema: KeysBody }, signal);
      if (!answer.ok) return answer;
      const good = answer.value.keys.filter(
        ({ disabled, validBeforeTime: end }) =>
          !disabled && (end === undefined || Date.parse(end) > now().getTime()),
      );
      return ok(good.map(({ name }) => name.split('/').at(-1) ?? name).sort());
    },

    /**
     * What is disabled, deleted or gone for good grants nothing.
     *
     * @see https://cloud.google.com/iam/docs/reference/rest/v1/roles/get
     */
    async role(name, signal) {
      // A policy is not ours: what is no name of a role goes into no address.
      if (!ROLE_NAME.test(name)) {
        return err({ reason: 'policy-refused', detail: 'role: this is no name of a role' });
      }
      const answer = await read(
        http,
        { what: 'role', url: `${base}/${name}`, schema: RoleBody },
        signal,
      );
      const gone = !answer.ok && answer.error.reason === 'policy-missing';
      if (gone) return ok({ name, state: 'deleted', permissions: new Set() });
      if (!answer.ok) return answer;
      const { includedPermissions, stage, deleted } = answer.value;
      const state = deleted ? 'deleted' : stage === 'DISABLED' ? 'disabled' : 'live';
      return ok({
        name,
        state,
        permissions: new Set(state === 'live' ? includedPermissions : []),
      });
    },
  };
}
