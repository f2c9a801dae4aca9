import { z } from 'zod';
import { lineReader } from '../../basics/lines.ts';
import type { Steps } from '../../basics/steps.ts';
import type { FindingKind } from '../finding/finding.ts';
import { SEVERITIES } from '../finding/severity.ts';

/** A finding as alerts show it. */
export type AlertFinding = Readonly<z.output<typeof AlertFinding>>;
const AlertFinding = z.object({
  // Any text is accepted: a stored kind that this version does not know closes with the next report.
  kind: z.custom<FindingKind | 'canary'>((kind) => typeof kind === 'string'),
  severity: z.enum(SEVERITIES),
  chain: z.string().exactOptional(),
  /** The chains that it affects, 200 at most. */
  chains: z.array(z.string()).readonly(),
  /** How many they are, if `chains` leaves some out. */
  chainCount: z.int().exactOptional(),
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
  /** The digest of each member, and of each key of an account, so that a member that joins the binding is noticed even among thousands. */
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
  /**
   * RFC 3339: `generatedAt` of the report that says so, or a little after the newest message if its time is later. So a message with a later time
   * is newer, even if a clock was wrong.
   */
  reportAt: z.string(),
  /** The members that joined a finding that was open already, 200 at most. */
  newMembers: z.array(z.string()).readonly().exactOptional(),
  /** The IDs of keys that an account has got since the finding was reported last, 200 at most. */
  newKeys: z.array(z.string()).readonly().exactOptional(),
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
export type AlertState = {
  /** `generatedAt` of the newest report. */
  readonly reportAt: string;
  /** The newest `reportAt` of a message. It is later than the newest report if a clock was ahead. Empty if no message was sent. */
  readonly saidAt: string;
  /** The ID of the audit that has decided last. Empty if none has. */
  readonly decidedBy: string;
  readonly open: readonly OpenFinding[];
  readonly pending: readonly PendingAlerts[];
  /** The administrators of each container when an audit first read it. */
  readonly administrators: Readonly<Record<string, readonly string[]>>;
};

/**
 * A state is stored as lines of JSON: a header, and then one line for each open finding, pending alert and container. Each line is small, so
 * that no step reads or writes a whole state. The state itself has no bound, because a finding that it left out would be forgotten.
 */
const Header = z.object({
  version: z.literal(1),
  reportAt: z.string(),
  saidAt: z.string().default(''),
  decidedBy: z.string().default(''),
  lineCount: z.int(),
});
const Line = z.union([
  z.object({ open: OpenFinding }),
  z.object({ pending: PendingAlerts.omit({ alerts: true }), alert: Alert }),
  z.object({ container: z.string(), administrators: z.array(z.string()).readonly() }),
]);
type Line = z.output<typeof Line>;

/** What could be read of a stored state. */
export type StoredAlerts = {
  readonly state: AlertState;
  /** How many lines are missing or cannot be read: 0 for a whole state of this version. */
  readonly lost: number;
};

/** Reads a state as its bytes arrive. */
export type AlertStateReader = {
  readonly take: (bytes: Uint8Array) => void;
  readonly end: () => StoredAlerts;
};

export function alertStateReader(): AlertStateReader {
  let header: z.output<typeof Header> | undefined;
  let isFirst = true;
  let lineCount = 0;
  let lost = 0;
  const open: OpenFinding[] = [];
  const pending = new Map<string, { id: string; until: string; alerts: Alert[] }>();
  const administrators: [string, readonly string[]][] = [];

  const takeLine = (text: string) => {
    if (isFirst) {
      isFirst = false;
      header = parsed(Header, text);
      if (header) return;
    }
    const line = parsed(Line, text);
    if (!line) {
      lost++;
      return;
    }
    lineCount++;
    if ('open' in line) open.push(line.open);
    else if ('container' in line) administrators.push([line.container, line.administrators]);
    else {
      const same = pending.get(line.pending.id) ?? { ...line.pending, alerts: [] };
      pending.set(same.id, same);
      same.alerts.push(line.alert);
    }
  };
  const { take, end } = lineReader(takeLine);
  return {
    take,
    end: () => {
      const rest = end();
      if (rest !== '') takeLine(rest);
      return {
        state: {
          reportAt: header?.reportAt ?? '',
          saidAt: header?.saidAt ?? '',
          decidedBy: header?.decidedBy ?? '',
          open,
          pending: [...pending.values()],
          administrators: Object.fromEntries(administrators),
        },
        lost: header ? Math.max(lost, header.lineCount - lineCount) : Math.max(lost, 1),
      };
    },
  };
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The text that `alertStateReader` reads. */
export function* alertStateText(state: AlertState): Steps<string> {
  const texts: string[] = [];
  for (const line of linesOf(state)) {
    yield;
    texts.push(`${JSON.stringify(line)}\n`);
  }
  const header: z.output<typeof Header> = {
    version: 1,
    reportAt: state.reportAt,
    saidAt: state.saidAt,
    decidedBy: state.decidedBy,
    lineCount: texts.length,
  };
  return `${JSON.stringify(header)}\n${texts.join('')}`;
}

function* linesOf({ open, pending, administrators }: AlertState): Generator<Line> {
  for (const [container, members] of Object.entries(administrators)) {
    yield { container, administrators: members };
  }
  for (const finding of open) yield { open: finding };
  for (const { id, until, alerts } of pending) {
    for (const alert of alerts) yield { pending: { id, until }, alert };
  }
}
