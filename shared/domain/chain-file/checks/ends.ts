import { lowerAscii } from '../../basics/text/ascii.ts';
import { error, type Path, type Remark, warning } from '../../yaml/fault.ts';
import type { ChainFileDraft } from '../schema/draft.ts';

const YEAR_MS = 366 * 86_400_000;

/** An end that is far away is hardly an end: nobody remembers the reason by then. */
const remarksOnEnd = (end: Date, past: string, at: Path, now: Date): Remark[] => {
  if (end <= now) return [warning(at, past)];
  if (end.getTime() - now.getTime() <= YEAR_MS) return [];
  return [warning(at, 'this is more than a year away: write an earlier end, and renew it then')];
};

export const remarksOnPause = (
  pause: { readonly until: Date } | undefined,
  at: Path,
  now: Date,
): Remark[] =>
  pause
    ? remarksOnEnd(
        pause.until,
        'this time is in the past, so nothing is paused: leave "paused" out, or write a later time',
        [...at, 'paused', 'until'],
        now,
      )
    : [];

export const remarksOnExceptions = (
  exceptions: ChainFileDraft['exceptions'],
  now: Date,
): Remark[] =>
  exceptions.flatMap(({ expires }, i) =>
    expires
      ? remarksOnEnd(
          expires,
          'this exception has expired, and the audit reports it: leave it out, or write a later expiry',
          ['exceptions', i, 'expires'],
          now,
        )
      : [],
  );

/** Refuses an administrator that is listed twice, and warns of one that nobody reviewed for a year. */
export function remarksOnAdministrators(
  administrators: ChainFileDraft['administrators'],
  now: Date,
): Remark[] {
  const first = new Map<string, number>();
  return administrators.flatMap(({ member, on, reviewed }, i): Remark[] => {
    const at: Path = ['administrators', i];
    const remarks: Remark[] = [];
    if (member !== undefined && on !== undefined) {
      const key = `${lowerAscii(member)} ${on}`;
      if (first.has(key)) {
        const message = `${member} is already an administrator of ${on}: leave one out`;
        remarks.push(error([...at, 'member'], message));
      } else first.set(key, i);
    }
    if (reviewed && reviewed > now) {
      const message = 'this day is in the future: write the day on which somebody reviewed this';
      remarks.push(error([...at, 'reviewed'], message));
    } else if (reviewed && now.getTime() - reviewed.getTime() > YEAR_MS) {
      const message =
        'nobody has reviewed this administrator for more than a year: ask whether the member still needs this power, and write the new day';
      remarks.push(warning([...at, 'reviewed'], message));
    }
    return remarks;
  });
}
