import { printable } from '../domain/basics/text/printable.ts';
import type { ChainStatus, Status } from '../domain/rotation/status.ts';

/** A status for a terminal: one line for each chain, then lines about the whole installation. */
export function statusText(status: Status): string {
  const { chains, ticks, removed, unread } = status;
  const now = new Date(status.generatedAt);
  const rows = chains.map((chain) => columnsOf(chain, now));
  const widths = [0, 1, 2, 3, 4, 5, 6].map((i) =>
    Math.max(0, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const lines = [
    ...(status.cloud ? [status.cloud] : []),
    ...rows.map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    ...removed.map((secret) => `removed  ${secret}: it has our label, but no chain names it`),
    ...unread.map(({ resource, reason }) => `unread   ${resource}: ${reason}`),
    ...(ticks.stopped ? [stoppedLine(status)] : []),
    ...auditLines(status, now),
    '',
    verdictOf(status),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function columnsOf(chain: ChainStatus, now: Date): string[] {
  const { name, state, kind, version, mintedAt, expiresAt, observedAt, remarks } = chain;
  return [
    state,
    name,
    kind,
    version === null ? '-' : `v${version}`,
    expiresAt === null ? '-' : expiryOf(secondsUntil(expiresAt, now)),
    mintedAt === null ? '-' : `minted ${roughly(-secondsUntil(mintedAt, now))} ago`,
    observedAt === null
      ? 'not observed'
      : `observed ${roughly(-secondsUntil(observedAt, now))} ago`,
    remarks.join('; '),
  ];
}

const secondsUntil = (at: string, now: Date): number => (Date.parse(at) - now.getTime()) / 1000;

const expiryOf = (seconds: number): string =>
  seconds > 0 ? `expires in ${roughly(seconds)}` : `expired ${roughly(-seconds)} ago`;

/** `48m` for 2,900 s. One unit is precise enough to see what is late. */
function roughly(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 120) return `${whole}s`;
  if (whole < 7200) return `${Math.floor(whole / 60)}m`;
  return whole < 172_800 ? `${Math.floor(whole / 3600)}h` : `${Math.floor(whole / 86_400)}d`;
}

/** In the ledgers, stopped ticks and failures of all due chains look the same, so the line names both. */
function stoppedLine({ ticks: { lastRotationAt, overdue } }: Status): string {
  const chains = overdue.length === 1 ? `${overdue[0]} has` : `${overdue.length} chains have`;
  return `ticks    have stopped, or every due chain fails: no chain was rotated since ${lastRotationAt}, and ${chains} become due since then`;
}

/** The hops of the last audit that do not work. Without an audit, it says which command checks hops. */
function auditLines({ audit }: Status, now: Date): string[] {
  if (!audit) return ['audit    this command does not check hops: use ./hopmint audit'];
  const { generatedAt, isOld, brokenHops } = audit;
  const age = generatedAt === null ? '' : `made ${roughly(-secondsUntil(generatedAt, now))} ago`;
  const report = generatedAt === null ? 'there is no report' : `the last report was ${age}`;
  return [
    ...(isOld ? [`audit    ${report}: audits have stopped or fail`] : []),
    ...brokenHops.map(
      ({ chain, hop, from, to, state }) =>
        `broken   ${chain}: hop ${hop} is ${state}, ${from} -> ${to} (report ${age})`,
    ),
  ];
}

function verdictOf({ healthy, chains, unread }: Status): string {
  const states = Map.groupBy(chains, ({ state }) => state);
  const counts = [...states].map(([state, of]) => `${of.length} ${state}`).join(', ');
  const chainCount = `${chains.length} chain${chains.length === 1 ? '' : 's'}`;
  const lists = unread.map(({ resource }) => resource).join(', ');
  const notRead = lists && `; not read: ${lists}`;
  return `${healthy ? 'healthy' : 'not healthy'}: ${chainCount}, ${counts}${notRead}`;
}
