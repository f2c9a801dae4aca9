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
  alertedAt: z.string(),
});

const State = z.object({
  version: z.literal(1),
  reportAt: z.string(),
  open: z.array(Open),
  pending: z.array(
    z.object({
      id: z.string(),
      until: z.string(),
      alerts: z.array(z.object({ event: z.enum(['opened', 'closed', 'open']), finding: Open })),
    }),
  ),
});

/** `undefined` if the text is not a state of this version. Then the next audit reports all open findings again. */
export function parseAlertState(text: string): AlertState | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = State.safeParse(json);
  // Any text is accepted as a kind: a stored kind that this version does not know closes with the next report.
  return parsed.success ? (parsed.data as AlertState) : undefined;
}
