import { intervalsOf } from '../shared/domain/iam/condition/condition.ts';
import { nanosOf } from '../shared/domain/iam/condition/literal.ts';
import { type Bench, figureOf, type Pair } from './figures/figure.ts';

/** The goal for one condition and one week. */
const GOAL_MS = 10;
const ROUNDS = 9;
const CONDITIONS_A_ROUND = 20;
const [from, to] = [new Date('2026-10-22T12:00:00Z'), new Date('2026-10-29T12:00:00Z')];

const hour = 'request.time.getHours("Europe/Berlin")';
const day = 'request.time.getDayOfWeek("Europe/Berlin")';
const minute = 'request.time.getMinutes("Asia/Kathmandu")';

/** Of the week in which summer time ends. */
const CONDITIONS: readonly { readonly what: string; readonly expression: string }[] = [
  { what: 'an end', expression: 'request.time < timestamp("2026-10-25T00:00:00Z")' },
  {
    what: 'working hours',
    expression: `${hour} >= 9 && ${hour} < 17 && ${day} >= 1 && ${day} <= 5`,
  },
  { what: 'half of each hour', expression: `${minute} < 30 && !(${day} in [0, 6])` },
  {
    what: '13 of 60 minutes',
    expression: Array.from({ length: 13 }, (_, i) => `${minute} == ${4 * i}`).join(' || '),
  },
];

/** @returns ms of CPU for one condition that is in no cache: parsing, and the intervals of the week */
function cpuOf(expression: string): number {
  const before = process.cpuUsage();
  for (let i = 0; i < CONDITIONS_A_ROUND; i++) {
    // With other attributes than `NOTHING`, nothing is cached.
    const intervals = intervalsOf({ expression }, {}, nanosOf(from), nanosOf(to));
    if (intervals.some(({ truth }) => truth === 'unknown')) throw new Error('it is not decided');
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / CONDITIONS_A_ROUND;
}

/** When a condition holds during a week. */
export const bench: Bench = {
  name: 'conditions',
  async *run() {
    for (const { what, expression } of CONDITIONS) {
      cpuOf(expression);
      yield figureOf({
        name: `a condition and week, ${what}: CPU`,
        unit: 'ms',
        against: 'the goal',
        pairs: Array.from({ length: ROUNDS }, (): Pair => [cpuOf(expression), GOAL_MS]),
        budget: 1,
      });
    }
  },
};
