import { z } from 'zod';
import { jsonOf, parseLogEntry } from '../basics/log-entry.ts';
import { secretIdOf } from '../chain/secret.ts';

/** The body of a push, raw or sent by Eventarc. Eventarc's own audit-log events are `Structured`: they contain the entry itself. */
const Push = z.object({ message: z.object({ data: z.string() }) });
const Structured = z.object({ data: z.record(z.string(), z.unknown()) });

/** What an entry of the audit log says has changed. */
export type Change = {
  readonly names: readonly string[];
  /** The email of the account that made the change; empty if the entry does not say it. */
  readonly by: string;
};

/** @returns what a request says has changed; `undefined` if it contains no audit-log entry, or one whose resource has a malformed name */
export function parseChange(body: unknown): Change | undefined {
  const push = Push.safeParse(body);
  const structured = Structured.safeParse(body);
  const given = push.success
    ? jsonOf(push.data.message.data)
    : structured.success
      ? structured.data.data
      : body;
  const entry = parseLogEntry(given);
  if (!entry) return undefined;
  const { resourceName = '', isRefused, by, labels } = entry;
  const isDecodable = !resourceName.includes('%') || decoded(resourceName) !== undefined;
  if (!isDecodable) return undefined;
  if (isRefused) return { names: [], by };
  const { email_id: email, unique_id: uniqueId } = labels;
  const names = [
    ...namesIn(resourceName),
    ...(email ? [accountName(email)] : []),
    ...(uniqueId ? [accountName(uniqueId)] : []),
  ];
  const isRenamed = /(?:^|\.)(?:Delete|Undelete)ServiceAccount$/.test(entry.method);
  const members = names.filter((name) => isRenamed && name.startsWith(ACCOUNTS));
  return {
    names: [...names, ...members.map((name) => memberName(name.slice(ACCOUNTS.length)))],
    by,
  };
}

/** Whether a change is part of a rotation: the caller rotates secrets, and a rotation changes no policy. */
export const isRotation = ({ names, by }: Change, callerEmail: string | undefined): boolean =>
  by !== '' && by === callerEmail && names.every(isSecretName);

const ACCOUNTS = 'accounts/';

/**
 * Names that identify a resource in the cache of policies. An account has two, by email and by unique ID. A secret has no project in its
 * name, because an entry may name the project by its number.
 */
export const accountName = (emailOrUniqueId: string): string => `${ACCOUNTS}${emailOrUniqueId}`;
export const secretName = (secret: string): string => `secrets/${secretIdOf(secret)}`;
export const isSecretName = (name: string): boolean => name.startsWith('secrets/');
/** An account that policies name as a member. If it is deleted or comes back, Google changes its name in all of them. */
export const memberName = (emailOrUniqueId: string): string => `members/${emailOrUniqueId}`;
export const bucketName = (bucket: string): string => `buckets/${bucket}`;
export const denyName = (container: string): string => `denypolicies of ${container}`;
export const entitlementName = (container: string): string => `entitlements of ${container}`;
export const constraintName = (container: string): string => `policies of ${container}`;

function namesIn(resourceName: string): string[] {
  const name = resourceName.replace(/^\/\/[^/]+\//, '');
  const [, account] = /^projects\/[^/]+\/serviceAccounts\/([^/]+)/.exec(name) ?? [];
  if (account) return [accountName(account)];
  const [secret] = /^projects\/[^/]+\/secrets\/[^/]+/.exec(name) ?? [];
  if (secret) return [secretName(secret)];
  const [, bucket] = /^projects\/_\/buckets\/([^/]+)/.exec(name) ?? [];
  if (bucket) return [bucketName(bucket)];
  if (/^(?:projects|organizations)\/[^/]+\/roles\/[^/]+$/.test(name)) return [name];
  const [, attachment] = /^policies\/([^/]+)\/denypolicies/.exec(name) ?? [];
  if (attachment) {
    const container = decoded(attachment)?.replace(/^[^/]+\//, '');
    return container === undefined ? [] : [denyName(container)];
  }
  const [, entitled] =
    /^((?:projects|folders|organizations)\/[^/]+)\/locations\/[^/]+\/entitlements(?:\/|$)/.exec(
      name,
    ) ?? [];
  if (entitled) return [entitlementName(entitled)];
  const [, constrained] =
    /^((?:projects|folders|organizations)\/[^/]+)\/policies\//.exec(name) ?? [];
  if (constrained) return [constraintName(constrained)];
  return /^(?:projects|folders|organizations)\/[^/]+$/.test(name) ? [name] : [];
}

/** @returns `undefined` if a percent-encoding is malformed */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
