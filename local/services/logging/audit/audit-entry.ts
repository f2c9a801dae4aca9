import { findAccountEverSeen } from '../../../core/accounts.ts';
import {
  type ApiError,
  type CanonicalCode,
  CODE_NUMBERS,
  HTTP_STATUS,
} from '../../../core/api-error.ts';
import type { AuditTarget, DataAccess } from '../../../core/audited.ts';
import type { Call } from '../../../core/call.ts';
import type { Principal } from '../../../core/principal.ts';
import type { AuditLog, LogEntry } from '../../../state/log-entry.ts';
import type { State } from '../../../state/state.ts';

/** A finished call of an audited method. */
export type AuditedCall = {
  readonly api: string;
  readonly methodName: string;
  readonly target: AuditTarget;
  readonly call: Pick<Call, 'headers'>;
  readonly caller: Principal;
  /** Undefined when the call succeeded. */
  readonly error: ApiError | undefined;
  readonly serviceData: object | undefined;
  readonly permissionType: AuditLog['authorizationInfo'][number]['permissionType'];
  /** Only of a Data Access entry. */
  readonly details: ReturnType<DataAccess['details']> | undefined;
};

/** The entry of a call. The response is left out, and the request of an Admin Activity entry: they may contain a credential. */
export function auditEntry(state: State, audited: AuditedCall): LogEntry {
  const { target, error, details } = audited;
  const log = details ? 'data_access' : 'activity';
  const timestamp = state.now().toISOString();
  return {
    protoPayload: auditLog(state, audited, timestamp),
    insertId: state.nextInsertId(),
    resource: target.resource,
    timestamp,
    severity: error ? 'ERROR' : details ? 'INFO' : 'NOTICE',
    logName: `${target.container}/logs/cloudaudit.googleapis.com%2F${log}`,
    receiveTimestamp: timestamp,
  };
}

function auditLog(state: State, audited: AuditedCall, time: string): AuditLog {
  const { api, methodName, target, call, caller, error, serviceData } = audited;
  const { permissionType, details } = audited;
  const { email, member, delegation = [], checks = [], uniqueId } = caller;
  // Google redacts who was refused a read, except an account of the organization. @see https://cloud.google.com/logging/docs/audit#user-id
  const isRedacted = details !== undefined && error?.httpStatus === 403 && uniqueId === undefined;
  return {
    '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
    status: error ? statusOf(error) : {},
    authenticationInfo: isRedacted
      ? {}
      : {
          principalEmail: email,
          principalSubject: member,
          ...(delegation.length > 0 && {
            serviceAccountDelegationInfo: delegation.map((principalEmail) => ({
              firstPartyPrincipal: { principalEmail },
            })),
          }),
        },
    requestMetadata: {
      callerIp: '127.0.0.1',
      callerSuppliedUserAgent: call.headers['user-agent'] ?? '',
      requestAttributes: { time, auth: {} },
      destinationAttributes: {},
    },
    serviceName: `${api}.googleapis.com`,
    methodName,
    authorizationInfo: checks.map(({ permission, resource, granted }) => ({
      resource: googleName(state, resource),
      permission,
      ...(granted && { granted }), // Google leaves `false` out
      resourceAttributes: {},
      permissionType,
    })),
    resourceName: target.resourceName,
    ...(serviceData && { serviceData }),
    ...details,
  };
}

function statusOf({ code, httpStatus, message, details }: ApiError): AuditLog['status'] {
  // The errors of Cloud Storage have an HTTP status and no canonical code.
  const canonical =
    HTTP_STATUS[code] === httpStatus
      ? code
      : (Object.keys(HTTP_STATUS) as CanonicalCode[]).find((c) => HTTP_STATUS[c] === httpStatus);
  return {
    code: CODE_NUMBERS[canonical ?? code],
    message,
    ...(details.length > 0 && { details }),
  };
}

/** The name of a resource in the audit log. An account is in no project, and a bucket is in the project `_`. */
function googleName(state: State, resource: string): string {
  const [, account] = /^projects\/[^/]+\/serviceAccounts\/([^/]+)$/.exec(resource) ?? [];
  const uniqueId = account && findAccountEverSeen(state, account)?.uniqueId;
  if (uniqueId) return `projects/-/serviceAccounts/${uniqueId}`;
  return resource.startsWith('buckets/') ? `projects/_/${resource}` : resource;
}
