import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { Principal } from '../../../core/principal.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { message } from '../../../core/proto-json.ts';
import type { DenyPolicy } from '../../../state/deny-policy.ts';
import type { State } from '../../../state/state.ts';

const strings = z.array(z.string()).exactOptional();

/** The Policy of a request. */
export const DenyPolicyBody = message({
  name: z.string().exactOptional(),
  uid: z.string().exactOptional(),
  kind: z.string().exactOptional(),
  etag: z.string().exactOptional(),
  createTime: z.string().exactOptional(),
  updateTime: z.string().exactOptional(),
  displayName: z.string().exactOptional(),
  annotations: z.record(z.string(), z.string()).exactOptional(),
  managingAuthority: z.string().exactOptional(),
  rules: z
    .array(
      message({
        description: z.string().exactOptional(),
        denyRule: message({
          deniedPrincipals: strings,
          exceptionPrincipals: strings,
          deniedPermissions: strings,
          exceptionPermissions: strings,
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
 * The container that a deny policy is attached to.
 *
 * @param attachment `cloudresourcemanager.googleapis.com/projects/acme-ops`; gcloud encodes its slashes twice
 * @param verb of the permission that the caller needs on the container
 * @returns `projects/acme-ops`
 * @throws {ApiError} 403 without the permission
 */
export function attachmentPointFor(
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

/** Creates a policy or replaces it, under a new etag. The caller has validated the fields. */
export function writeDenyPolicy(
  state: State,
  container: string,
  id: string,
  fields: Pick<DenyPolicy, 'displayName' | 'annotations' | 'rules'>,
): DenyPolicy {
  const name = denyPolicyName(container, id);
  const now = state.now().toISOString();
  const { uid = randomUUID(), createTime = now } = state.denyPolicies.get(name) ?? {};
  const etag = Buffer.from(randomUUID()).toString('base64');
  const policy = { name, attachedTo: container, uid, etag, createTime, updateTime: now, ...fields };
  state.denyPolicies.set(name, policy);
  return policy;
}

export function checkDenyPolicyEtag(
  requested: string | null | undefined,
  { etag }: DenyPolicy,
): void {
  if (!requested || requested === etag) return;
  throw new ApiError(
    'ABORTED',
    'There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.',
  );
}

/** The fields that a client can set. */
export function writableFieldsOf({
  displayName,
  annotations,
  rules,
}: z.infer<typeof DenyPolicyBody>): Pick<DenyPolicy, 'displayName' | 'annotations' | 'rules'> {
  return {
    ...(displayName !== undefined && { displayName }),
    ...(annotations && Object.keys(annotations).length > 0 && { annotations }),
    rules,
  };
}

export function existingDenyPolicy(state: State, container: string, id: string): DenyPolicy {
  const policy = state.denyPolicies.get(denyPolicyName(container, id));
  if (policy !== undefined) return policy;
  const name = wireName(state, denyPolicyName(container, id));
  throw new ApiError('NOT_FOUND', `Policy "${name}" not found.`);
}

/** Google names a project by its number. */
export const wireName = (state: State, name: string): string =>
  name.replace(
    /%2Fprojects%2F([^/]+)/,
    (_, id: string) => `%2Fprojects%2F${state.projects.get(id)?.projectNumber ?? id}`,
  );

/** @param withRules false in a list */
export function toDenyPolicy(state: State, policy: DenyPolicy, withRules: boolean): object {
  const { attachedTo: _, rules, name, ...rest } = policy;
  return {
    name: wireName(state, name),
    ...rest,
    kind: 'DenyPolicy',
    ...(withRules && rules.length > 0 && { rules }),
  };
}
