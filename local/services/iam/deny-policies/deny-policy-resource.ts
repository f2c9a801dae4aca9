import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { Principal } from '../../../core/principal.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { message } from '../../../core/proto-json.ts';
import type { DenyPolicy } from '../../../state/deny-policy.ts';
import type { State } from '../../../state/state.ts';

const members = z.array(z.string()).exactOptional();

export const DenyPolicyBody = message({
  name: z.string().exactOptional(),
  uid: z.string().exactOptional(),
  kind: z.string().exactOptional(),
  etag: z.string().exactOptional(),
  createTime: z.string().exactOptional(),
  updateTime: z.string().exactOptional(),
  displayName: z.string().exactOptional(),
  rules: z
    .array(
      message({
        description: z.string().exactOptional(),
        denyRule: message({
          deniedPrincipals: members,
          exceptionPrincipals: members,
          deniedPermissions: members,
          exceptionPermissions: members,
          denialCondition: message({
            expression: z.string(),
            title: z.string().exactOptional(),
            description: z.string().exactOptional(),
          }).exactOptional(),
        }),
      }),
    )
    .default([]),
});

/**
 * The container that deny policies hang on, once the caller holds the permission on it.
 *
 * @param attachment `cloudresourcemanager.googleapis.com/projects/acme-ops`; gcloud encodes its slashes twice
 * @returns `projects/acme-ops`
 */
export function attachmentFor(
  state: State,
  caller: Principal | undefined,
  attachment = '',
  verb: 'list' | 'get' | 'create' | 'update' | 'delete' = 'get',
): string {
  const [, kind, id = ''] =
    /^cloudresourcemanager\.googleapis\.com\/(projects|folders|organizations)\/([^/]+)$/.exec(
      attachment.replaceAll(/%2F/gi, '/'),
    ) ?? [];
  if (kind === undefined) {
    throw new ApiError('INVALID_ARGUMENT', `Invalid attachment point: ${attachment}.`);
  }
  const container = kind === 'projects' ? `projects/${projectIdOf(state, id)}` : `${kind}/${id}`;
  authorize(state, caller, `iam.denypolicies.${verb}`, container);
  return container;
}

export const denyPolicyName = (container: string, id: string): string =>
  `policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${container}`)}/denypolicies/${id}`;

/** Writes a policy, over the one that is there under its name, under a new etag. What may be in it has been checked. */
export function writeDenyPolicy(
  state: State,
  container: string,
  id: string,
  fields: Pick<DenyPolicy, 'displayName' | 'rules'>,
): DenyPolicy {
  const name = denyPolicyName(container, id);
  const now = state.now().toISOString();
  const { uid = randomUUID(), createTime = now } = state.denyPolicies.get(name) ?? {};
  const etag = Buffer.from(randomUUID()).toString('base64');
  const policy = { name, attachedTo: container, uid, etag, createTime, updateTime: now, ...fields };
  state.denyPolicies.set(name, policy);
  return policy;
}

export function checkDenyEtag(given: string | null | undefined, { etag }: DenyPolicy): void {
  if (!given || given === etag) return;
  throw new ApiError(
    'ABORTED',
    'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
  );
}

/** The part of a body that is the user's to say. */
export function denyFieldsOf({
  displayName,
  rules,
}: z.infer<typeof DenyPolicyBody>): Pick<DenyPolicy, 'displayName' | 'rules'> {
  return { ...(displayName !== undefined && { displayName }), rules };
}

export function denyPolicyAt(state: State, container: string, id: string): DenyPolicy {
  const policy = state.denyPolicies.get(denyPolicyName(container, id));
  if (policy !== undefined) return policy;
  throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
}

/** @param withRules a list leaves them out */
export function toDenyPolicy(policy: DenyPolicy, withRules: boolean): object {
  const { attachedTo: _ours, rules, ...rest } = policy;
  return { ...rest, kind: 'DenyPolicy', ...(withRules && rules.length > 0 && { rules }) };
}
