import { z } from 'zod';

/**
 * What of an entry of the audit log says which resource was changed.
 *
 * @see https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
 */
const LogEntry = z.object({
  protoPayload: z.object({
    resourceName: z.string().default(''),
    status: z.object({ code: z.int().default(0) }).optional(),
  }),
  resource: z.object({ labels: z.record(z.string(), z.string()).default({}) }).optional(),
});

/** Raw, and as Eventarc sends it, a push has the same body; Eventarc's events of the audit log have the entry itself. */
const Push = z.object({ message: z.object({ data: z.string() }) });
const Structured = z.object({ data: z.record(z.string(), z.unknown()) });

/** The entry of the audit log that a request carries, whichever way it came. */
export function parseChange(body: unknown): string[] | undefined {
  const push = Push.safeParse(body);
  const structured = Structured.safeParse(body);
  const given = push.success
    ? jsonOf(push.data.message.data)
    : structured.success
      ? structured.data.data
      : body;
  const entry = LogEntry.safeParse(given);
  if (!entry.success) return undefined;
  const { protoPayload, resource } = entry.data;
  // What was refused has changed nothing.
  if (protoPayload.status && protoPayload.status.code !== 0) return [];
  const { email_id: email, unique_id: uniqueId } = resource?.labels ?? {};
  return [
    ...touchedBy(protoPayload.resourceName),
    ...(email ? [accountName(email)] : []),
    ...(uniqueId ? [accountName(uniqueId)] : []),
  ];
}

/** The names by which what was read is known to be touched: an account has two, and a secret's project may be written by its number. */
export const accountName = (emailOrUniqueId: string): string => `accounts/${emailOrUniqueId}`;
export const secretName = (secret: string): string => `secrets/${secret.split('/').at(-1)}`;
export const denyName = (container: string): string => `denypolicies of ${container}`;
export const constraintName = (container: string): string => `policies of ${container}`;

function touchedBy(resourceName: string): string[] {
  const name = resourceName.replace(/^\/\/[^/]+\//, '');
  const [, account] = /^projects\/[^/]+\/serviceAccounts\/([^/]+)/.exec(name) ?? [];
  if (account) return [accountName(account)];
  const [secret] = /^projects\/[^/]+\/secrets\/[^/]+/.exec(name) ?? [];
  if (secret) return [secretName(secret)];
  if (/^(?:projects|organizations)\/[^/]+\/roles\/[^/]+$/.test(name)) return [name];
  const [, attachment] = /^policies\/([^/]+)\/denypolicies/.exec(name) ?? [];
  if (attachment) {
    const container = decodeURIComponent(attachment).replace(/^[^/]+\//, '');
    return [denyName(container)];
  }
  const [, constrained] =
    /^((?:projects|folders|organizations)\/[^/]+)\/policies\//.exec(name) ?? [];
  if (constrained) return [constraintName(constrained)];
  return /^(?:projects|folders|organizations)\/[^/]+$/.test(name) ? [name] : [];
}

function jsonOf(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
