import { z } from 'zod';
import { PolicyBody } from '../authorization/policy-body.ts';

const texts = z.array(z.string());

/** A Cloud Run service in a world file. */
export const RunService = z.strictObject({
  name: z
    .string()
    .regex(
      /^projects\/[^/]+\/locations\/[a-z0-9-]+\/services\/[a-z][a-z0-9-]*$/,
      'must be projects/PROJECT/locations/REGION/services/NAME',
    ),
  image: z.string(),
  command: texts.exactOptional(),
  args: texts.exactOptional(),
  serviceAccount: z.string(),
  ingress: z.enum(['all', 'internal', 'internal-and-cloud-load-balancing']).default('all'),
  urls: z.array(z.url({ protocol: /^https?$/ })).min(1),
  env: z.record(z.string(), z.string()).exactOptional(),
  policy: PolicyBody.exactOptional(),
});
