import { z } from 'zod';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/Policy */
export const ConditionBody = z.object({
  expression: z.string(),
  title: z.string().exactOptional(),
  description: z.string().exactOptional(),
});

/** Request policy version 3. In an older version Google leaves out conditions, and a conditional binding looks unconditional. */
export const POLICY_VERSION = 3;

const AuditConfig = z.object({
  service: z.string(),
  auditLogConfigs: z
    .array(z.object({ logType: z.string(), exemptedMembers: z.array(z.string()).default([]) }))
    .default([]),
});

/** A policy as Google sends it. */
export const SentPolicy = z.object({
  etag: z.string().exactOptional(),
  bindings: z
    .array(
      z.object({
        role: z.string(),
        members: z.array(z.string()).default([]),
        condition: ConditionBody.exactOptional(),
      }),
    )
    .default([]),
  auditConfigs: z.array(AuditConfig).default([]),
});

export const PolicyBody = SentPolicy.transform(({ bindings, auditConfigs, etag }) => ({
  bindings,
  ...(etag !== undefined && { etag }),
  ...(auditConfigs.length > 0 && {
    dataAccessLogs: auditConfigs.flatMap(({ service, auditLogConfigs }) =>
      auditLogConfigs.map((config) => ({ service, ...config })),
    ),
  }),
}));
