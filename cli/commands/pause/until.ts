import { parseDuration } from '../../../shared/domain/basics/duration.ts';
import { moment } from '../../../shared/domain/chain-file/schema/scalars.ts';

const Moment = moment('2026-12-01');
const DAY = /^([1-9]\d{0,3})d$/;

/** A point in time, from `4h`, `2d`, `2026-12-01`, `2026-12-01T09:00:00Z` or `now`. */
export function parseUntil(text: string, now: Date): Date | undefined {
  if (text === 'now') return now;
  const [, days] = DAY.exec(text) ?? [];
  const seconds = days === undefined ? parseDuration(text) : Number(days) * 86_400;
  if (seconds !== undefined) return new Date(now.getTime() + seconds * 1000);
  const parsed = Moment.safeParse(text);
  return parsed.success ? parsed.data : undefined;
}
