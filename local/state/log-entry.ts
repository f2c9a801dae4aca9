/** An entry of Cloud Logging, with the fields that an audit log has here. @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry */
export type LogEntry = {
  protoPayload: AuditLog;
  insertId: string;
  resource: { type: string; labels: Readonly<Record<string, string>> };
  timestamp: string;
  severity: 'INFO' | 'NOTICE' | 'ERROR';
  logName: string;
  receiveTimestamp: string;
};

/** A line that a Cloud Run service printed. @see https://cloud.google.com/run/docs/logging */
export type FunctionLogEntry = {
  jsonPayload?: object;
  textPayload?: string;
  insertId: string;
  resource: { type: 'cloud_run_revision'; labels: Readonly<Record<string, string>> };
  labels?: Readonly<Record<string, string>>;
  timestamp: string;
  severity: string;
  logName: string;
  trace?: string;
  spanId?: string;
  traceSampled?: boolean;
  receiveTimestamp: string;
};

/** @see https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog */
export type AuditLog = {
  '@type': 'type.googleapis.com/google.cloud.audit.AuditLog';
  status: { code?: number; message?: string; details?: readonly object[] };
  /** Empty where Google redacts it. */
  authenticationInfo: {
    principalEmail?: string;
    principalSubject?: string;
    serviceAccountDelegationInfo?: { firstPartyPrincipal: { principalEmail: string } }[];
  };
  requestMetadata: object;
  serviceName: string;
  methodName: string;
  authorizationInfo: {
    resource: string;
    permission: string;
    granted?: true;
    resourceAttributes: object;
    permissionType: 'ADMIN_WRITE' | 'ADMIN_READ' | 'DATA_READ' | 'DATA_WRITE';
  }[];
  resourceName: string;
  serviceData?: object;
  request?: object;
  metadata?: object;
};
