import { z } from 'zod';
import { message } from '../core/proto-json.ts';

const Condition = message({
  expression: z.string(),
  title: z.string().exactOptional(),
  description: z.string().exactOptional(),
  location: z.string().exactOptional(),
});

const BindingBody = message({
  role: z.string().default(''),
  members: z.array(z.string()).default([]),
  condition: Condition.exactOptional(),
  bindingId: z.string().exactOptional(), // gcloud may send it; no response has it
});

/** The Policy of a request. */
export const PolicyBody = message({
  version: z.int().default(0),
  etag: z.string().exactOptional(),
  bindings: z.array(BindingBody).default([]),
  auditConfigs: z.array(z.unknown()).exactOptional(),
  kind: z.string().exactOptional(),
  resourceId: z.string().exactOptional(),
});
export type PolicyBody = z.infer<typeof PolicyBody>;
