import { z } from 'zod';

/** @see https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog */
const LogEntry = z.object({
  protoPayload: z.object({
    resourceName: z.string(),
    status: z.object({ code: z.int().default(0) }).optional(),
    authenticationInfo: z.object({ principalEmail: z.string().default('') }).optional(),
  }),
});

/** A change of a secret or of its versions, as the audit log reports it. */
export type SecretEvent = {
  /** The last part of the secret's name. The log names the project by its number. */
  readonly secretId: string;
  /** The email of the account that made the change; empty if the log does not say it. */
  readonly by: string;
};

/**
 * @param data base64 of a log entry, as a log sink publishes it
 * @returns undefined for an entry that is not about a secret, or about a call that was refused; `malformed` for anything else
 */
export function parseSecretEvent(data: string): SecretEvent | undefined | 'malformed' {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
  } catch {
    return 'malformed';
  }
  const parsed = LogEntry.safeParse(json);
  if (!parsed.success) return 'malformed';
  const { resourceName, status, authenticationInfo } = parsed.data.protoPayload;
  const [, secretId] = /(?:^|\/)projects\/[^/]+\/secrets\/([^/]+)/.exec(resourceName) ?? [];
  if (secretId === undefined || (status && status.code !== 0)) return undefined;
  return { secretId, by: authenticationInfo?.principalEmail ?? '' };
}
