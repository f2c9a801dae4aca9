import { z } from 'zod';

const Exchange = z.object({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  /** The first label of the host: `storage` for `storage.googleapis.com`. */
  host: z.string(),
  /** Path and query. */
  path: z.string().startsWith('/'),
  request: z.string().nullable(),
  /** As in `404 Not Found`. */
  status: z.string().regex(/^\d{3}/),
  response: z.string().nullable(),
});
const Recording = z.record(z.string(), z.array(Exchange));

/** One request and the response of Google. Placeholders like `${projectId}` stand for names that differ from run to run. */
export type Exchange = z.output<typeof Exchange>;
/** The exchanges of each scenario, in their order. */
export type Recording = z.output<typeof Recording>;

/** @throws {Error} when the text is no recording, with the place of each fault */
export function parseRecording(text: string): Recording {
  const parsed = Recording.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(z.prettifyError(parsed.error));
}
