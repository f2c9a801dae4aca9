import { z } from 'zod';

/**
 * The fields of an audit-log entry that identify the change and its author.
 *
 * @see https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
 */
const Entry = z.object({
  protoPayload: z.object({
    resourceName: z.string().optional(),
    methodName: z.string().default(''),
    status: z.object({ code: z.int().default(0) }).optional(),
    authenticationInfo: z.object({ principalEmail: z.string().default('') }).optional(),
  }),
  resource: z.object({ labels: z.record(z.string(), z.string()).default({}) }).optional(),
});

/** An entry of the audit log. */
export type LogEntry = {
  readonly resourceName: string | undefined;
  /** Such as `google.iam.admin.v1.SetIAMPolicy`; empty if the entry does not say it. */
  readonly method: string;
  /** A call that was refused has changed nothing. */
  readonly isRefused: boolean;
  /** The email of the account that made the call; empty if the entry does not say it. */
  readonly by: string;
  readonly labels: Readonly<Record<string, string>>;
};

/** @returns undefined for another value */
export function parseLogEntry(value: unknown): LogEntry | undefined {
  const parsed = Entry.safeParse(value);
  if (!parsed.success) return undefined;
  const { protoPayload, resource } = parsed.data;
  const { resourceName, methodName, status, authenticationInfo } = protoPayload;
  return {
    resourceName,
    method: methodName,
    isRefused: status !== undefined && status.code !== 0,
    by: authenticationInfo?.principalEmail ?? '',
    labels: resource?.labels ?? {},
  };
}

/** @param data base64 of JSON, as in a Pub/Sub message. @returns undefined for other data */
export function jsonOf(data: string): unknown {
  try {
    return JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
