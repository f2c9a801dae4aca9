import { z } from 'zod';
import type { Policies } from '../../cloud/policies.ts';
import { err, ok } from '../../domain/basics/result.ts';
import { entitlementsOn } from '../../domain/iam/entitlement.ts';
import type { ActiveGrant, Entitlement } from '../../domain/iam/policy.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { readPages } from '../wire/read.ts';
import { isUnused } from '../wire/unused-api.ts';
import type { Wire } from '../wire/wire.ts';

const Principals = z
  .array(z.object({ principals: z.array(z.string()).default([]) }))
  .default([])
  .transform((entries) => entries.flatMap(({ principals }) => principals));

const Seconds = z
  .string()
  .regex(/^\d+(?:\.\d+)?s$/)
  .transform((text) => Number(text.slice(0, -1)));

const Access = z.object({
  gcpIamAccess: z.object({
    resource: z.string(),
    roleBindings: z
      .array(z.object({ role: z.string(), conditionExpression: z.string().optional() }))
      .default([]),
  }),
});

const EntitlementsBody = z.object({
  entitlements: z
    .array(
      z.object({
        name: z.string(),
        state: z.string().optional(),
        eligibleUsers: Principals,
        approvalWorkflow: z
          .object({
            manualApprovals: z.object({ steps: z.array(z.object({ approvers: Principals })) }),
          })
          .optional(),
        privilegedAccess: Access,
        maxRequestDuration: Seconds,
        requesterJustificationConfig: z
          .object({ unstructured: z.object({}).optional() })
          .optional(),
      }),
    )
    .default([]),
  unreachable: z.array(z.string()).default([]),
  nextPageToken: z.string().default(''),
});

const Event = z.object({
  approved: z.object({ actor: z.string().default('') }).optional(),
  activated: z.unknown().optional(),
  eventTime: z.iso.datetime({ offset: true }).optional(),
});

const GrantsBody = z.object({
  grants: z
    .array(
      z.object({
        name: z.string(),
        requester: z.string().default(''),
        requestedDuration: Seconds.optional(),
        state: z.string().optional(),
        timeline: z.object({ events: z.array(Event).default([]) }).optional(),
        privilegedAccess: Access,
        auditTrail: z
          .object({ accessGrantTime: z.iso.datetime({ offset: true }).optional() })
          .optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().default(''),
});

/** Nobody can request a deleted entitlement. */
const GONE: ReadonlySet<string | undefined> = new Set(['DELETING', 'DELETED']);
/** These grants give access now, or will without another decision. */
const GIVING: ReadonlySet<string | undefined> = new Set(['ACTIVE', 'ACTIVATING', 'SCHEDULED']);

/** Privileged Access Manager v1. */
export function entitlementsOf(
  http: Http,
  hosts: Hosts,
  wire: Wire,
): Pick<Policies, 'entitlements' | 'activeGrants'> {
  const base = `${hosts.privilegedaccessmanager}/v1`;
  return {
    /** @see https://cloud.google.com/iam/docs/reference/pam/rest/v1/projects.locations.entitlements/list */
    async entitlements(container, signal) {
      const url = `${base}/${entitlementsOn(container.name)}?pageSize=500`;
      const operation = 'entitlements';
      const pages = await readPages(
        http,
        { operation, url, schema: EntitlementsBody },
        signal,
        wire,
      );
      if (!pages.ok) return isUnused(pages.error, container) ? ok([]) : pages;
      if (pages.value.some(({ unreachable }) => unreachable.length > 0)) {
        return err({ reason: 'cloud-busy', detail: 'entitlements: a location did not answer' });
      }
      return ok(
        pages.value
          .flatMap((page) => page.entitlements)
          .filter(({ state }) => !GONE.has(state))
          .map((one) => toEntitlement(one, container.name)),
      );
    },

    /** @see https://cloud.google.com/iam/docs/reference/pam/rest/v1/projects.locations.entitlements.grants/list */
    async activeGrants(entitlement, signal) {
      const url = `${base}/${entitlement}/grants?pageSize=500`;
      const operation = 'grants';
      const pages = await readPages(http, { operation, url, schema: GrantsBody }, signal, wire);
      if (!pages.ok) return pages;
      return ok(
        pages.value
          .flatMap((page) => page.grants)
          .filter(({ state }) => GIVING.has(state))
          .map(toGrant),
      );
    },
  };
}

function toEntitlement(
  wire: z.output<typeof EntitlementsBody>['entitlements'][number],
  container: string,
): Entitlement {
  const { approvalWorkflow, privilegedAccess, requesterJustificationConfig } = wire;
  const [, id = ''] = /\/entitlements\/([^/]+)$/.exec(wire.name) ?? [];
  return {
    // Google may name a project by its number.
    name: `${entitlementsOn(container)}/${id}`,
    resource: container,
    eligible: wire.eligibleUsers,
    roles: privilegedAccess.gcpIamAccess.roleBindings.map(({ role, conditionExpression }) => ({
      role,
      ...(conditionExpression && { condition: conditionExpression }),
    })),
    ...(approvalWorkflow && {
      approvers: approvalWorkflow.manualApprovals.steps.map(({ approvers }) => approvers),
    }),
    requiresJustification: requesterJustificationConfig?.unstructured !== undefined,
    maxSeconds: wire.maxRequestDuration,
  };
}

function toGrant(wire: z.output<typeof GrantsBody>['grants'][number]): ActiveGrant {
  const { name, requester, requestedDuration, timeline, privilegedAccess, auditTrail } = wire;
  const began = auditTrail?.accessGrantTime;
  return {
    name,
    requester,
    approvedBy: (timeline?.events ?? []).flatMap(({ approved }) => approved?.actor || []),
    roles: privilegedAccess.gcpIamAccess.roleBindings.map(({ role }) => role),
    ...(began !== undefined &&
      requestedDuration !== undefined && {
        endsAt: new Date(Date.parse(began) + requestedDuration * 1000).toISOString(),
      }),
  };
}
