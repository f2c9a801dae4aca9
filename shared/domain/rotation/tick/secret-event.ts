import { jsonOf, parseLogEntry } from '../../basics/log-entry.ts';

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
  const entry = parseLogEntry(jsonOf(data));
  if (entry?.resourceName === undefined) return 'malformed';
  const [, secretId] = /(?:^|\/)projects\/[^/]+\/secrets\/([^/]+)/.exec(entry.resourceName) ?? [];
  return secretId === undefined || entry.isRefused ? undefined : { secretId, by: entry.by };
}
