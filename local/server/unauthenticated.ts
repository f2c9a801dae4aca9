import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';

const SECRET_MANAGER = 'google.cloud.secretmanager.v1.SecretManagerService';
const READS: Readonly<Record<string, string>> = {
  'projects.secrets.get': `${SECRET_MANAGER}.GetSecret`,
  'projects.secrets.list': `${SECRET_MANAGER}.ListSecrets`,
  'projects.secrets.getIamPolicy': `${SECRET_MANAGER}.GetIamPolicy`,
  'projects.secrets.versions.get': `${SECRET_MANAGER}.GetSecretVersion`,
  'projects.secrets.versions.list': `${SECRET_MANAGER}.ListSecretVersions`,
  'projects.secrets.versions.access': `${SECRET_MANAGER}.AccessSecretVersion`,
};

/** The gRPC method, as far as it is known: of writes from the audit log, of IAM Credentials and Secret Manager for all. */
function grpcMethodOf({ api, name, audit }: ApiMethod): string | undefined {
  if (api === 'iamcredentials') {
    const rpc = name.split('.').at(-1) ?? '';
    return `google.iam.credentials.v1.IAMCredentials.${rpc[0]?.toUpperCase()}${rpc.slice(1)}`;
  }
  if (audit && 'methodName' in audit && audit.methodName.startsWith('google.')) {
    return audit.methodName;
  }
  return api === 'secretmanager' ? READS[name.replace('.locations', '')] : undefined;
}

/** A 401 names the service, and the gRPC method. */
export function withMethod(error: ApiError, apiMethod: ApiMethod): ApiError {
  const method = grpcMethodOf(apiMethod);
  const metadata = { service: `${apiMethod.api}.googleapis.com`, ...(method && { method }) };
  const details = error.details.map((detail) => ({ ...detail, metadata }));
  return new ApiError(error.code, error.message, details, error.httpStatus);
}
