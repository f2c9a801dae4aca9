import { z } from 'zod';

/** @see https://cloud.google.com/iam/docs/reference/rest/v1/Policy */
export const ConditionBody = z.object({
  expression: z.string(),
  title: z.string().exactOptional(),
  description: z.string().exactOptional(),
});

/** Request policy version 3. In an older version Google leaves out conditions, and a conditional binding looks unconditional. */
export const POLICY_VERSION = 3;

export const PolicyBody = z.object({
  bindings: z
    .array(
      z.object({
        role: z.string(),
        members: z.array(z.string()).default([]),
        condition: ConditionBody.exactOptional(),
      }),
    )
    .default([]),
});
