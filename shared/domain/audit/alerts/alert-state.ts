import { z } from 'zod';
import type { FindingKind } from '../finding/finding.ts';
import { SEVERITIES } from '../finding/severity.ts';

/** A finding as alerts show it. */
export type AlertFinding = Readonly<z.output<typeof AlertFinding>>;
const AlertFinding = z.object({
  // Any text is accepted: a stored kind that this version does not know closes with the next report.
  kind: z.custom<FindingKind>((kind) => typeof kind === 'string'),
  severity: z.enum(SEVERITIES),
  chain: z.string().exactOptional(),
  /** All chains that it affects. */
  chains: z.array(z.string()).readonly(),
  /** The line of the chain file on which the chain begins, as in `chains.yaml:12`. */
  source: z.string().exactOptional(),
  hop: z.int().exactOptional(),
  account: z.string(),
  member: z.string().exactOptional(),
  /** The worst 200 members, if there are several. */
  members: z.array(z.string()).readonly().exactOptional(),
  memberCount: z.int().exactOptional(),
  fingerprint: z.string(),
  summary: z.string(),
  resource: z.string(),
  role: z.string().exactOptional(),
  fix: z.string().exactOptional(),
  /** RFC 3339 */
  openedAt: z.string(),
  /** RFC 3339: when it was last reported. */
  alertedAt: z.string(),
});

/** A finding that was reported and is not closed. */
export type OpenFinding = Readonly<z.output<typeof OpenFinding>>;
const OpenFinding = AlertFinding.extend({
  /** The digest of each member, so that a member that joins the binding is noticed even among thousands. */
  memberDigests: z.array(z.string()).readonly(),
  /** The digest of the name of everything that it rests on. It closes only after all of that was read again. */
  restsOn: z.array(z.string()).readonly(),
});

/**
 * `opened`: the finding is new, has new members, or has become more severe. `open`: it is still open a day later, or no state is stored that
 * says whether it is new.
 */
export type Alert = Readonly<z.output<typeof Alert>>;
const Alert = z.object({
  event: z.enum(['opened', 'closed', 'open']),
  finding: AlertFinding,
  /** RFC 3339: `generatedAt` of the report that says so. A message with a later time is newer. */
  reportAt: z.string(),
  /** The members that joined a finding that was open already, 200 at most. */
  newMembers: z.array(z.string()).readonly().exactOptional(),
  /** The lower severity that the finding had before. */
  severityBefore: z.enum(SEVERITIES).exactOptional(),
});

/** Alerts that one audit is about to publish. After `until`, the next audit publishes them. */
export type PendingAlerts = Readonly<z.output<typeof PendingAlerts>>;
const PendingAlerts = z.object({
  id: z.string(),
  /** RFC 3339 */
  until: z.string(),
  alerts: z.array(Alert).readonly(),
});

/** What an audit stores for the next one. */
export type AlertState = Readonly<z.output<typeof AlertState>>;
const AlertState = z.object({
  version: z.literal(1),
  /** `generatedAt` of the newest report. */
  reportAt: z.string(),
  open: z.array(OpenFinding).readonly(),
  pending: z.array(PendingAlerts).readonly(),
  /** The administrators of each container when an audit first read it. */
  administrators: z.record(z.string(), z.array(z.string()).readonly()).default({}),
});

/** `undefined` if the text is not a state of this version. Then the next audit reports all open findings again. */
export function parseAlertState(text: string): AlertState | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return AlertState.safeParse(json).data;
}
