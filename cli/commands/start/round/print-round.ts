import type { Io } from '../../../terminal/io.ts';
import { type Audit, brokenHopOf, failureLine, findingLines } from './audit.ts';
import type { Minted } from './outcome.ts';
import type { Round } from './round.ts';

/** Prints a round. `audit` is undefined without a report. */
type PrintRound = (round: Round, audit: Audit | undefined) => void;

/** Prints one line of JSON for each round, in ASCII: names in policies may contain characters that control a terminal. */
export const jsonPrinter =
  (io: Io): PrintRound =>
  ({ minted, failed }, audit) => {
    const answer = {
      minted,
      failed: failed.map(({ chain, reason }) => {
        const hop = brokenHopOf(audit, chain)?.number;
        return { chain, reason, ...(hop !== undefined && { hop }) };
      }),
      findings: audit?.findings ?? [],
    };
    io.out(`${JSON.stringify(answer).replace(/[^ -~]/g, escaped)}\n`);
  };

export const textPrinter =
  (io: Io): PrintRound =>
  ({ minted, failed }, audit) => {
    const title = (text: string, sgr: number) => (io.colour ? `\x1b[${sgr}m${text}\x1b[0m` : text);
    const section = (text: string, sgr: number, lines: readonly string[]) =>
      lines.length > 0 ? [title(text, sgr), ...lines, ''] : [];
    const findings = audit ? findingLines(audit) : [];
    io.out(
      [
        ...section('minted', 32, mintedLines(minted)),
        ...section(
          'failed',
          31,
          failed.map((f) => failureLine(f, audit)),
        ),
        ...section('findings', 33, findings),
      ]
        .map((line) => `${line}\n`)
        .join(''),
    );
  };

function mintedLines(minted: readonly Minted[]): string[] {
  const width = Math.max(...minted.map(({ chain }) => chain.length));
  return minted.map(({ chain, kind, secret, version, expiresAt }) =>
    [
      `  ${chain.padEnd(width)}`,
      kind.padEnd(12),
      `${secret}/versions/${version}`,
      `until ${expiresAt}`,
    ].join('  '),
  );
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
