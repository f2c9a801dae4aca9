import { z } from 'zod';
import { parseFilter } from '../services/logging/filter/parse-filter.ts';

/** @see https://cloud.google.com/logging/docs/view/logging-query-language */
const LogFilter = z.string().superRefine((filter, context) => {
  try {
    parseFilter(filter);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : '' });
  }
});

/** A log sink in a world file. */
export const Sink = z.strictObject({
  name: z
    .string()
    .regex(
      /^(projects|folders|organizations)\/[^/]+\/sinks\/[\w.-]{1,100}$/,
      'must be organizations/NUMBER/sinks/NAME, folders/NUMBER/sinks/NAME or projects/ID/sinks/NAME',
    ),
  includeChildren: z.boolean().default(false),
  destination: z
    .string()
    .regex(
      /^pubsub\.googleapis\.com\/projects\/[^/]+\/topics\/[^/]+$/,
      'must be pubsub.googleapis.com/projects/PROJECT/topics/NAME',
    ),
  filter: LogFilter.default(''),
});
