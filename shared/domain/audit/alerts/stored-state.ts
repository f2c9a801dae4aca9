import { z } from 'zod';
import type { AlertState } from './alerts.ts';

const Open = z.looseObject({
  kind: z.string(),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'info']),
  chain: z.string().exactOptional(),
  hop: z.int().exactOptional(),
  account: z.string(),
  member: z.string().exactOptional(),
  fingerprint: z.string(),
  summary: z.string(),
  resource: z.string(),
  role: z.string().exactOptional(),
  fix: z.string().exactOptional(),
  openedAt: z.string(),
  toldAt: z.string(),
});

const State = z.object({
  version: z.literal(1),
  reportAt: z.string(),
  open: z.array(Open),
  telling: z.array(
    z.object({
      id: z.string(),
      until: z.string(),
      alerts: z.array(z.object({ event: z.enum(['opened', 'closed', 'open']), finding: Open })),
    }),
  ),
});

/** What was kept; none when it is not ours to read, as of another version: then all that is open is told anew. */
export function parseAlertState(text: string): AlertState | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = State.safeParse(json);
  // Kinds come and go with versions of ours; one that is not known any more closes by itself.
  return parsed.success ? (parsed.data as AlertState) : undefined;
}
