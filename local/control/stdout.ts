import { z } from 'zod';
import type { ApiMethod } from '../core/api-method.ts';
import { parseMessage } from '../core/proto-json.ts';
import { writeLine } from '../services/logging/entries/function-log.ts';

const Body = z.strictObject({
  service: z
    .string()
    .regex(/^projects\/[^/]+\/locations\/[^/]+\/services\/[^/]+$/, 'must name a Cloud Run service'),
  lines: z.array(z.string()),
});

/** Lines that a Cloud Run service printed. At Google no permission is needed for this: the platform reads the output of a container. */
export const stdout: ApiMethod = {
  api: 'local',
  name: 'stdout',
  httpMethod: 'POST',
  path: '/_local/stdout',
  anonymous: true,
  run(state, { body }) {
    const { service, lines } = parseMessage(Body, body);
    for (const line of lines) writeLine(state, service, line);
    return {};
  },
};
