import { z } from 'zod';
import { ApiError } from '../../core/api-error.ts';
import { withProjectNumber } from '../../core/projects.ts';
import { duration, message, timestamp } from '../../core/proto-json.ts';
import type { Entitlement } from '../../state/entitlement.ts';
import type { State } from '../../state/state.ts';

const Principals = z.array(message({ principals: z.array(z.string()).default([]) })).default([]);
const Duration = z.string().refine((text) => duration.safeParse(text).success, {
  error: "Illegal duration format; duration must end with 's'",
});

/** The Entitlement of a request. Google has more fields for notifications, which nobody gets here. */
export const EntitlementBody = message({
  name: z.string().optional(),
  eligibleUsers: Principals,
  approvalWorkflow: message({
    manualApprovals: message({
      requireApproverJustification: z.boolean().optional(),
      steps: z
        .array(
          message({
            approvers: Principals,
            approvalsNeeded: z.int().min(1).default(1),
            approverEmailRecipients: z.array(z.string()).optional(),
          }),
        )
        .min(1),
    }),
  }).optional(),
  privilegedAccess: message({
    gcpIamAccess: message({
      resourceType: z.string().default(''),
      resource: z.string().default(''),
      roleBindings: z
        .array(
          message({
            role: z.string(),
            conditionExpression: z.string().optional(),
          }),
        )
        .min(1),
    }),
  }),
  maxRequestDuration: Duration,
  requesterJustificationConfig: message({
    notMandatory: z.object({}).optional(),
    unstructured: z.object({}).optional(),
  }).default({ notMandatory: {} }),
  additionalNotificationTargets: z.unknown().optional(),
  etag: z.string().optional(),
  state: z.string().optional(),
  createTime: timestamp.optional(),
  updateTime: timestamp.optional(),
});
export type EntitlementBody = z.output<typeof EntitlementBody>;

const TYPES = {
  projects: 'cloudresourcemanager.googleapis.com/Project',
  folders: 'cloudresourcemanager.googleapis.com/Folder',
  organizations: 'cloudresourcemanager.googleapis.com/Organization',
} as const;

/** Stores an entitlement. Its roles are on the container that it is in. */
export function writeEntitlement(state: State, name: string, body: EntitlementBody): Entitlement {
  const container = name.split('/').slice(0, 2).join('/');
  const kind = name.split('/')[0] as keyof typeof TYPES;
  const now = state.now().toISOString();
  const { eligibleUsers, approvalWorkflow, privilegedAccess } = body;
  const entitlement: Entitlement = {
    name,
    createTime: state.entitlements.get(name)?.createTime ?? now,
    etag: Buffer.from(`${name} ${now}`).toString('base64url').slice(-16),
    eligibleUsers,
    ...(approvalWorkflow && {
      approvalWorkflow: {
        manualApprovals: {
          ...approvalWorkflow.manualApprovals,
          steps: approvalWorkflow.manualApprovals.steps.map(({ approvers, approvalsNeeded }) => ({
            approvers,
            approvalsNeeded,
          })),
        },
      },
    }),
    privilegedAccess: {
      gcpIamAccess: {
        resourceType: TYPES[kind],
        resource: `//cloudresourcemanager.googleapis.com/${container}`,
        roleBindings: privilegedAccess.gcpIamAccess.roleBindings,
      },
    },
    maxRequestDuration: body.maxRequestDuration,
    requesterJustificationConfig: {
      ...(body.requesterJustificationConfig.unstructured
        ? { unstructured: {} }
        : { notMandatory: {} }),
    },
  };
  state.entitlements.set(name, entitlement);
  return entitlement;
}

export function existingEntitlement(state: State, name: string): Entitlement {
  const entitlement = state.entitlements.get(name);
  if (entitlement) return entitlement;
  throw new ApiError('NOT_FOUND', `Resource '${name}' was not found`);
}

/** Google names a project by its number. */
export const toEntitlement = (state: State, entitlement: Entitlement): object => ({
  ...entitlement,
  name: withProjectNumber(state, entitlement.name),
  state: 'AVAILABLE',
  updateTime: entitlement.createTime,
});

/** A change of an entitlement is a long-running operation at Google. Here it has finished when the response is sent. */
export const finished = (state: State, entitlement: Entitlement): object => ({
  name: `${withProjectNumber(state, entitlement.name).split('/entitlements/')[0]}/operations/done`,
  metadata: {
    '@type': 'type.googleapis.com/google.cloud.privilegedaccessmanager.v1.OperationMetadata',
  },
  done: true,
  response: {
    '@type': 'type.googleapis.com/google.cloud.privilegedaccessmanager.v1.Entitlement',
    ...toEntitlement(state, entitlement),
  },
});
