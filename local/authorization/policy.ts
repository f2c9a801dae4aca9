import { createHash } from 'node:crypto';
import { z } from 'zod';
import { message, parseMessage } from '../core/proto.ts';
import { Status } from '../core/status.ts';
import type { Binding, Policy, State } from '../state/state.ts';
import { checkPolicy, hasConditions, PolicyBody } from './policy-body.ts';
import { storePolicy } from './stored-policy.ts';

const Body = message({ policy: PolicyBody, updateMask: z.string().optional() });

/** The etag of a resource that has no policy. */
const NO_POLICY = 'ACAB';

/**
 * The policy of a resource, as Google answers it: without the conditions unless version 3 is asked for.
 *
 * @param requestedVersion as it came, from a query or a body
 * @see https://cloud.google.com/iam/docs/policies#versions
 */
export function getIamPolicy(
  state: State,
  resource: string,
  requestedVersion: string | number | null | undefined,
): Policy {
  const version = Number(requestedVersion ?? 0);
  if (![0, 1, 3].includes(version)) {
    throw new Status('INVALID_ARGUMENT', `Invalid requested policy version: ${requestedVersion}.`);
  }
  const policy = state.policies.get(resource);
  if (policy === undefined) return { etag: NO_POLICY };
  if (version === 3 || !hasConditions(policy)) return policy;
  return { ...policy, version: 1, bindings: (policy.bindings ?? []).map(withoutCondition) };
}

/**
 * Writes the policy of a resource, under its etag when one is given, else blindly.
 *
 * @throws {Status} 409 ABORTED on a stale etag; 400 on what a policy cannot hold
 */
export function setIamPolicy(state: State, resource: string, body: unknown): Policy {
  const { policy, updateMask } = parseMessage(Body, body);
  const current = state.policies.get(resource);
  checkEtag(policy.etag, current?.etag ?? NO_POLICY);
  checkPolicy(state, resource, policy, current);
  return writePolicy(state, resource, {
    bindings: policy.bindings.map(toBinding),
    auditConfigs: auditConfigsOf(policy, updateMask, current),
  });
}

/** Stores a policy under a new etag; what it says has been checked. Empty parts are left out, as Google does. */
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

function checkEtag(given: string | undefined, current: string): void {
  if (!given || bytesOf(given) === bytesOf(current)) return;
  throw new Status(
    'ABORTED',
    `There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. The request's ETag '${octal(given)}' did not match the current policy's ETag '${octal(current)}'.`,
  );
}

/** The bytes that an etag encodes: clients send it as standard base64 and as the one for URLs. */
const bytesOf = (etag: string): string => Buffer.from(etag, 'base64').toString('base64');

/** An etag's bytes as C writes them, the way Google's message shows them. */
const octal = (etag: string): string =>
  [...Buffer.from(etag, 'base64')]
    .map((byte) =>
      byte > 31 && byte < 127
        ? String.fromCharCode(byte)
        : `\\${byte.toString(8).padStart(3, '0')}`,
    )
    .join('');

function auditConfigsOf(
  policy: PolicyBody,
  updateMask: string | undefined,
  current: Policy | undefined,
): unknown[] {
  const isNamed = updateMask?.split(',').some((path) => /^(audit_?configs|\*)$/i.test(path.trim()));
  const given = policy.auditConfigs;
  if (isNamed || given !== undefined) return given ?? [];
  return current?.auditConfigs ?? [];
}

function toBinding({ role, members, condition }: PolicyBody['bindings'][number]): Binding {
  return { role, members: [...new Set(members)], ...(condition && { condition }) };
}

/** A conditional binding as older versions show it: a role that no one has, so that nobody reads a grant without its condition. */
function withoutCondition({ role, members, condition }: Binding): Binding {
  if (condition === undefined) return { role, members };
  const hash = createHash('sha1').update(JSON.stringify(condition)).digest('hex').slice(0, 20);
  return { role: `${role}_withcond_${hash}`, members };
}

/** Google's etags are a timestamp of eight bytes, the first two of which hardly change. */
function newEtag(state: State): string {
  const random = Array.from({ length: 6 }, () => Math.floor(state.random() * 256));
  return Buffer.from([0x07, 0x06, ...random]).toString('base64');
}
