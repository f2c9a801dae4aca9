import { formatDuration } from '../../../shared/domain/basics/duration.ts';
import { printable } from '../../../shared/domain/basics/text/printable.ts';
import type { OperatorPause } from '../../../shared/domain/published/header.ts';
import type { Edited } from './edit.ts';

/** What happens next, for people. */
export function pauseText(
  { chain, until, reason }: OperatorPause,
  edited: Edited,
  now: Date,
): string {
  const isOver = until <= now;
  const lines = isOver
    ? endLines(chain, edited)
    : [
        `${chain} is paused until ${until.toISOString()}, for ${lengthOf(until, now)}: ${reason}`,
        `${edited.isRead ? 'The functions notice within a minute. ' : ''}Until the pause ends, nothing rotates or heals this chain, and its credential may expire.`,
        `The next publish keeps the pause. To end it now: ./hopmint pause ${chain} --until now --reason "…"`,
      ];
  return [...lines, ...otherPauseLines(edited, isOver ? now : until)]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

const endLines = (chain: string, { before, isRead }: Edited): string[] =>
  before
    ? [
        `The pause of ${chain} is over.`,
        ...(isRead
          ? ['The functions notice within a minute, and rotate the chain when it is due.']
          : []),
      ]
    : [`No operator has paused ${chain}: nothing was written.`];

/** The chain file has pauses too. The longest pause counts. */
const otherPauseLines = ({ chain, file }: Edited, end: Date): string[] =>
  [chain.paused, file.paused].flatMap((pause) =>
    pause && pause.until > end
      ? [
          `The chain file pauses it until ${pause.until.toISOString()}: ${pause.reason}. To end that, change the chain file and publish.`,
        ]
      : [],
  );

const lengthOf = (until: Date, now: Date): string =>
  formatDuration(Math.ceil((until.getTime() - now.getTime()) / 60_000) * 60);
