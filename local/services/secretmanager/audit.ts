import { watchPolicy } from '../../authorization/policy-delta.ts';
import { type Audited, auditedResource, projectContainer } from '../../core/audited.ts';
import { secretName } from './secret-store.ts';

const SERVICE = 'secretmanager.googleapis.com';

/**
 * The audit of a method. All writes of Secret Manager are Admin Activity, those of versions too.
 *
 * The resource has the name of the request, so the project is an ID or a number. Recorded entries of other methods show this; that of
 * `CreateSecret` and `AddSecretVersion` is not known.
 *
 * @see https://cloud.google.com/secret-manager/docs/audit-logging
 */
export function secretAudit(rpc: string): Audited {
  const methodName = `google.cloud.secretmanager.v1.SecretManagerService.${rpc}`;
  return {
    methodName,
    target(state, { params, query }) {
      const container = projectContainer(state, params.project);
      const secret = params.secret ?? query.get('secretId') ?? query.get('secret_id');
      const location = params.location ? `/locations/${params.location}` : '';
      const version = params.version ? `/versions/${params.version}` : '';
      return {
        container,
        resourceName: `projects/${params.project}${location}/secrets/${secret}${version}`,
        resource: auditedResource(container, SERVICE, methodName),
      };
    },
  };
}

export const secretPolicyAudit: Audited = {
  ...secretAudit('SetIamPolicy'),
  watch: watchPolicy((state, { params }) => secretName(state, params)),
};
