import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ApiError } from '../core/api-error.ts';
import { message, parseMessage } from '../core/proto-json.ts';
import type { Binding, Policy } from '../state/policy.ts';
import type { State } from '../state/state.ts';
import { checkPolicy, hasConditions } from './check-policy.ts';
import { PolicyBody } from './policy-body.ts';
import { storePolicy } from './policy-store.ts';

const Body = message({ policy: PolicyBody, updateMask: z.string().optional() });

/** The etag of a resource that has no policy. */
const NO_POLICY = 'ACAB';

/**
 * The policy of a resource, as Google sends it: without conditions unless the caller asks for version 3.
 *
 * @param requestedVersion unparsed, from a query or a body
 * @see https://cloud.google.com/iam/docs/policies#versions
 */
export function getIamPolicy(
  state: State,
  resource: string,
  requestedVersion: string | number | null | undefined,
): Policy {
  const version = Number(requestedVersion ?? 0);
  if (![0, 1, 3].includes(version)) {
    throw new ApiError(
      'INVALID_ARGUMENT',
      `Invalid requested policy version: ${requestedVersion}.`,
    );
  }
  const policy = state.policies.get(resource);
  if (policy === undefined) return { etag: NO_POLICY };
  if (version === 3 || !hasConditions(policy)) return policy;
  return { ...policy, version: 1, bindings: (policy.bindings ?? []).map(withoutCondition) };
}

/**
 * Writes the policy of a resource. Without an etag in the request, the write overwrites any change.
 *
 * @throws {ApiError} 409 ABORTED when the etag is stale; 400 for a policy that Google does not accept
 */
export function setIamPolicy(state: State, resource: string, body: unknown): Policy {
  const { policy, updateMask } = parseMessage(Body, body);
  const current = state.policies.get(resource);
  checkEtag(policy.etag, current?.etag ?? NO_POLICY);
  checkPolicy(state, resource, policy, current);
  return writePolicy(state, resource, {
    bindings: policy.bindings.filter(({ members }) => members.length > 0).map(toBinding),
    auditConfigs: auditConfigsOf(policy, updateMask, current),
  });
}

/** Stores a valid policy under a new etag. Like Google, it leaves empty lists out. */
export function writePolicy(state: State, resource: string, parts: Policy): Policy {
  const { bindings = [], auditConfigs = [] } = parts;
  const written: Policy = {
    version: hasConditions(parts) ? 3 : 1,
    etag: newEtag(state),
    ...(bindings.length > 0 && { bindings }),
    ...(auditConfigs.length > 0 && { auditConfigs }),
  };
  storePolicy(state, resource, written);
  return written;
}

function checkEtag(requested: string | undefined, current: string): void {
  if (!requested || normalized(requested) === normalized(current)) return;
  throw new ApiError(
    'ABORTED',
    `There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. The request's ETag '${octal(requested)}' did not match the current policy's ETag '${octal(current)}'.`,
  );
}

/** Standard base64: some clients send the etag in the URL-safe alphabet. */
const normalized = (etag: string): string => Buffer.from(etag, 'base64').toString('base64');

/** The bytes of an etag with octal escapes, as Google's message shows them. */
const octal = (etag: string): string =>
  [...Buffer.from(etag, 'base64')]
    .map((byte) =>
      byte > 31 && byte < 127
        ? String.fromCharCode(byte)
        : `\\${byte.toString(8).padStart(3, '0')}`,
    )
    .join('');

/** A write changes the audit configuration only when the request contains one or the mask names it. */
function auditConfigsOf(
  policy: PolicyBody,
  updateMask: string | undefined,
  current: Policy | undefined,
): unknown[] {
  const isInMask = updateMask
    ?.split(',')
    .some((path) => /^(audit_?configs|\*)$/i.test(path.trim()));
  const requested = policy.auditConfigs;
  if (isInMask || requested !== undefined) return requested ?? [];
  return current?.auditConfigs ?? [];
}

function toBinding({ role, members, condition }: PolicyBody['bindings'][number]): Binding {
  return { role, members: [...new Set(members)], ...(condition && { condition }) };
}

/** A conditional binding as versions before 3 show it: under a role that does not exist, so it does not read as a full grant. */
function withoutCondition({ role, members, condition }: Binding): Binding {
  if (condition === undefined) return { role, members };
  const hash = createHash('sha1').update(JSON.stringify(condition)).digest('hex').slice(0, 20);
  return { role: `${role}_withcond_${hash}`, members };
}

/** Google's etag is a timestamp of eight bytes, whose first two bytes rarely change. */
export function newEtag(state: State): string {
  const random = Array.from({ length: 6 }, () => Math.floor(state.random() * 256));
  return Buffer.from([0x07, 0x06, ...random]).toString('base64');
}
