import { z } from 'zod';

/** A principal access boundary policy in a world file. */
export const AccessBoundary = z.strictObject({
  name: z
    .string()
    .regex(
      /^organizations\/\d+\/locations\/global\/principalAccessBoundaryPolicies\/[a-z0-9.-]+$/,
      'must be organizations/NUMBER/locations/global/principalAccessBoundaryPolicies/ID',
    ),
  resources: z.array(
    z.string().startsWith('//cloudresourcemanager.googleapis.com/', {
      error: 'must be //cloudresourcemanager.googleapis.com/ and a project, folder or organization',
    }),
  ),
  enforcementVersion: z.string().default('4'),
  boundTo: z.array(
    z.strictObject({
      container: z
        .string()
        .regex(
          /^(projects|folders|organizations)\/[^/]+$/,
          'must be a project, folder or organization',
        ),
      condition: z.string().exactOptional(),
    }),
  ),
});
