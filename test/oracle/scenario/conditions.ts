import fc from 'fast-check';
import { NOW } from './names.ts';

const MINUTE = 60_000;
const times = fc
  .constantFrom(-4320, 1, 30, 61, 180, 1440, 3690, 9000, 10_079, 11_520, 43_200)
  .map((minutes) => new Date(NOW + minutes * MINUTE).toISOString().replace('.000', ''));
const zones = fc.constantFrom(
  '',
  '"UTC"',
  '"Europe/Berlin"',
  '"America/New_York"',
  '"Asia/Kolkata"',
);
const compare = fc.constantFrom('<', '<=', '>', '>=');

const timeAtom = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(compare, times).map(([op, at]) => `request.time ${op} timestamp("${at}")`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(zones, compare, fc.constantFrom(0, 6, 9, 12, 17, 22, 23))
      .map(([zone, op, hour]) => `request.time.getHours(${zone}) ${op} ${hour}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(zones, fc.constantFrom('==', '!=', '<', '>='), fc.integer({ min: 0, max: 6 }))
      .map(([zone, op, day]) => `request.time.getDayOfWeek(${zone}) ${op} ${day}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(compare, fc.constantFrom(0, 15, 30, 45))
      .map(([op, minute]) => `request.time.getMinutes() ${op} ${minute}`),
  },
);
const otherAtom = fc.constantFrom(
  'true',
  'resource.type == "cloudresourcemanager.googleapis.com/Project"',
  'resource.service == "iam.googleapis.com"',
  'resource.name.startsWith("projects/acme")',
  'resource.type == "storage.googleapis.com/Object"',
  'resource.name.startsWith("projects/_/buckets/acme-ops-chains/objects/")',
  'resource.service == "storage.googleapis.com"',
  '"\\uFFFD" < "\\u{1F600}"',
  'resource.matchTag("900000000001/env", "prod")',
);
const atom = fc.oneof({ weight: 6, arbitrary: timeAtom }, { weight: 1, arbitrary: otherAtom });

/** CEL that `iam/expression.ts` knows. */
export const conditions = fc
  .oneof(
    { weight: 8, arbitrary: atom },
    {
      weight: 4,
      arbitrary: fc
        .tuple(atom, fc.constantFrom('&&', '||'), atom)
        .map(([a, op, b]) => `${a} ${op} ${b}`),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(atom, atom, atom).map(([a, b, c]) => `!(${a} && ${b}) || ${c}`),
    },
    // CEL ends a comment at a line feed alone. Some implementations end it at a carriage return, too.
    { weight: 1, arbitrary: atom.map((one) => `${one} //\r && false`) },
  )
  .map((expression) => ({ title: 'when', expression }));

/** Google documents functions of tags alone for a denial condition. */
export const denialConditions = fc
  .constantFrom(
    'resource.matchTag("900000000001/env", "prod")',
    '!resource.matchTag("900000000001/env", "prod")',
    'request.time < timestamp("2026-11-28T00:00:00Z")',
  )
  .map((expression) => ({ title: 'where', expression }));
