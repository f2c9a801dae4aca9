import { z } from 'zod';
import { formatDuration, parseDuration } from '../../basics/duration.ts';
import { quoted } from '../../basics/text/printable.ts';

import { wants } from './messages.ts';

/** A text that is not blank. */
export const text = (example: string) =>
  z
    .string({ error: wants(example) })
    .refine((value) => value.trim() !== '', { error: `this is empty: write ${example}` })
    .refine((value) => value.trim() === '' || value === value.trim(), {
      error: ({ input }) =>
        `${quoted(String(input))} has a blank at its start or its end: write ${quoted(String(input).trim())}`,
    });

/** Few people mean seconds by a small number. */
const unitless = (count: number) => {
  const long = formatDuration(count);
  const advice =
    count < 60
      ? `${count}m for minutes, or ${count}s for seconds`
      : `${count}s${long === `${count}s` ? '' : `, or ${long}`}`;
  return `${count} has no unit: write ${advice}`;
};

/** Seconds, from `90s`, `30m` or `12h`. */
export const duration = (example: string) =>
  z
    .string({
      error: (issue) =>
        Number.isSafeInteger(issue.input) && Number(issue.input) > 0
          ? unitless(Number(issue.input))
          : wants(example)(issue),
    })
    .regex(/^\d{1,9}[smh]$/, {
      error: ({ input }) =>
        /^\d{1,9}$/.test(String(input))
          ? unitless(Number(input))
          : `${quoted(String(input))} is not a duration: write a whole number and s, m or h, as in ${example}`,
    })
    .transform((value) => parseDuration(value) ?? 0)
    .meta({ examples: ['90s', '30m', '1h', '12h'] });

const SECONDS_A_DAY = 86_400;

/** Seconds, from a number of days such as `90d`. */
export const days = (example: string) =>
  z
    .string({ error: wants(example) })
    .regex(/^[1-9]\d{0,3}d$/, {
      error: ({ input }) => `${quoted(String(input))} is not a number of days: write ${example}`,
    })
    .transform((value) => Number.parseInt(value, 10) * SECONDS_A_DAY)
    .meta({ examples: ['30d', '90d'] });

const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** A time: a day (midnight in UTC) or RFC 3339. */
export const moment = (example: string) =>
  z
    .string({ error: wants(example) })
    .regex(MOMENT, {
      error: ({ input }) =>
        `${quoted(String(input))} is not a date: write ${example}, or a time with its zone, as in 2027-03-01T09:00:00Z`,
    })
    .transform((value, context) => {
      const at = new Date(value);
      const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
      // JavaScript reads February 30 as March 2.
      if (!Number.isNaN(at.getTime()) && day.toISOString().startsWith(value.slice(0, 10)))
        return at;
      context.addIssue({
        code: 'custom',
        message: `${quoted(value)} does not exist in the calendar: write ${example}`,
      });
      return z.NEVER;
    });
