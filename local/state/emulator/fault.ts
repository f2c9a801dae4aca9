import { z } from 'zod';

/** An error that a test asked for. It strikes each call that matches `path` and `method`, until `times` is used up. */
export type Fault = z.output<typeof Fault>;
export const Fault = z.strictObject({
  /** A regular expression over path and query. */
  path: z.string().refine(isRegExp, { error: 'The path of a fault must be a regular expression.' }),
  method: z.string().toUpperCase().exactOptional(),
  /** How many more calls it strikes. Absent: every call. */
  times: z.int().min(0).exactOptional(),
  /** Absent: 1. */
  probability: z.number().min(0).max(1).exactOptional(),
  latencyMs: z.number().min(0).exactOptional(),
  /** The response has this status, and the call changes nothing. */
  status: z.int().min(400).max(599).exactOptional(),
  /** The connection is reset, and the call changes nothing. */
  reset: z.boolean().exactOptional(),
  /** The call is executed, and the connection is reset instead of a response. */
  loseAnswer: z.boolean().exactOptional(),
});

function isRegExp(source: string): boolean {
  try {
    return Boolean(new RegExp(source));
  } catch {
    return false;
  }
}
