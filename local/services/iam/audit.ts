import { watchPolicy } from '../../authorization/policy-delta.ts';
import { accountResource, findAccountEverSeen } from '../../core/accounts.ts';
import {
  type Audited,
  auditedResource,
  bodyText,
  containerLabels,
  projectContainer,
} from '../../core/audited.ts';
import type { Call } from '../../core/call.ts';
import type { State } from '../../state/state.ts';

const SERVICE = 'iam.googleapis.com';
const admin = (rpc: string): string => `google.iam.admin.v1.${rpc}`;

/**
 * Google names an account by its unique ID, in no project. A deleted account keeps its ID.
 *
 * @see https://cloud.google.com/iam/docs/audit-logging/examples-service-accounts
 */
export const accountAudit = (rpc: string): Audited => ({
  methodName: admin(rpc),
  target(state, { params: { project = '', account: name = '', key } }) {
    const account = findAccountEverSeen(state, name);
    const container = projectContainer(state, account?.projectId ?? project);
    if (container === 'projects/-') return undefined;
    const resourceName = account
      ? `projects/-/serviceAccounts/${account.uniqueId}`
      : `${container}/serviceAccounts/${name}`;
    return {
      container,
      resourceName: key === undefined ? resourceName : `${resourceName}/keys/${key}`,
      resource: accountOf(container, account?.email, account?.uniqueId),
    };
  },
});

/** The resource is the project, and the labels name the account. A refused call has empty labels. */
export const createAccountAudit: Audited = {
  methodName: admin('CreateServiceAccount'),
  target(state, { params }, response) {
    const container = projectContainer(state, params.project);
    const { email, uniqueId } = (response ?? {}) as { email?: string; uniqueId?: string };
    const resource = accountOf(container, email, uniqueId);
    return { container, resourceName: container, resource };
  },
};

/** The method has a spelling of its own. */
export const accountPolicyAudit: Audited = {
  ...accountAudit('SetIAMPolicy'),
  watch: watchPolicy((state, { params }) => {
    const account = findAccountEverSeen(state, params.account ?? '');
    return account && accountResource(account);
  }),
};

const accountOf = (container: string, email = '', uniqueId = '') => ({
  type: 'service_account',
  labels: { ...containerLabels(container), email_id: email, unique_id: uniqueId },
});

/** @see https://github.com/panther-labs/panther-analysis/blob/main/rules/gcp_audit_rules/gcp_iam_custom_role_changes.yml */
export const roleAudit = (rpc: string): Audited => ({
  methodName: admin(rpc),
  target(state, call) {
    const container = roleOwnerOf(state, call);
    const resourceName = roleNameOf(state, call);
    const labels = { ...containerLabels(container), role_name: resourceName };
    return { container, resourceName, resource: { type: 'iam_role', labels } };
  },
  watch(state, call) {
    const permissionsOf = () => state.roles.get(roleNameOf(state, call))?.includedPermissions ?? [];
    const before = permissionsOf();
    return () => ({
      '@type': 'type.googleapis.com/google.iam.admin.v1.AuditData',
      permissionDelta: permissionDelta(before, permissionsOf()),
    });
  },
});

const roleOwnerOf = (state: State, { params: { owners, owner } }: Call): string =>
  owners === 'projects' ? projectContainer(state, owner) : `${owners}/${owner}`;

const roleNameOf = (state: State, call: Call): string =>
  `${roleOwnerOf(state, call)}/roles/${call.params.role ?? bodyText(call, 'roleId')}`;

function permissionDelta(before: readonly string[], after: readonly string[]): object {
  const added = after.filter((permission) => !before.includes(permission));
  const removed = before.filter((permission) => !after.includes(permission));
  return {
    ...(added.length > 0 && { addedPermissions: added }),
    ...(removed.length > 0 && { removedPermissions: removed }),
  };
}

/**
 * Google usually writes two entries for a long-running operation. The operations of the local cloud are finished at once, so each has one
 * entry. Which resource Google writes is not known.
 *
 * @see https://cloud.google.com/iam/docs/audit-logging
 */
export function denyPolicyAudit(rpc: 'CreatePolicy' | 'UpdatePolicy' | 'DeletePolicy'): Audited {
  const methodName = `google.iam.v2.Policies.${rpc}`;
  return {
    methodName,
    target(state, { params: { attachment = '', id }, query }) {
      const [, kind = '', owner = ''] =
        /^[^/]+\/([^/]+)\/([^/]+)$/.exec(attachment.replaceAll(/%2F/gi, '/')) ?? [];
      const container = kind === 'projects' ? projectContainer(state, owner) : `${kind}/${owner}`;
      const point = encodeURIComponent(`cloudresourcemanager.googleapis.com/${container}`);
      return {
        container,
        resourceName: `policies/${point}/denypolicies/${id ?? query.get('policyId') ?? ''}`,
        resource: auditedResource(container, SERVICE, methodName),
      };
    },
  };
}
