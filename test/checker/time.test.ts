import { holdsWithin, nanosOf } from '../../shared/checker/time.ts';

const at = (text: string) => nanosOf(text) ?? 0n;
const FROM = at('2026-11-27T09:00:00Z');
const TO = at('2026-12-04T09:00:00Z');
const [PAST, SOON, LATER] = ['2026-01-01', '2026-11-28', '2027-01-01'].map(
  (day) => `timestamp("${day}T00:00:00Z")`,
);
const T = 'request.time';
const AREA = 'resource.name.startsWith("projects/a")';

describe('the checker on a condition', () => {
  it.each([
    ['no', `${T} < ${PAST}`],
    ['no', `${T} > ${LATER}`],
    ['no', `${T} <= timestamp("2026-11-27T08:59:59.999999999Z")`],
    ['yes', `${T} <= timestamp("2026-11-27T09:00:00Z")`],
    ['no', `${T} >= timestamp("2026-12-04T09:00:00Z")`],
    ['yes', `${T} >= timestamp("2026-12-04T08:59:59.999999999Z")`],
    ['yes', `${T} == timestamp("2026-11-27T10:00:00+01:00")`],
    ['no', `${T} == ${PAST}`],
    ['yes', `${T} != ${PAST}`],
    ['yes', `${T}<timestamp('2026-11-28T00:00:00Z')`],
    ['no', `${T} < ${SOON} && ${T} > ${SOON}`],
    ['yes', `${T} < ${PAST} || ${T} > ${SOON}`],
    ['no', `!(${T} > ${PAST} || ${AREA})`],
    ['yes', `!(${T} < ${PAST} && ${AREA})`],
    ['no', `(${AREA}) && ((${T} < ${PAST}))`],
    ['unknown', `${AREA} && ${T} < ${SOON}`],
    ['no', `"//" == "a || b" && ${T} < ${PAST}`],
    ['no', 'false'],
    ['yes', 'true'],
  ])('decides %s: %s', (truth, expression) => {
    expect(holdsWithin(expression, FROM, TO)).toBe(truth);
  });

  // Each of these could be read as false for ever, by a reader that is not careful enough.
  it.each([
    ['a calendar function', `${T}.getFullYear() == 2020`],
    ['the constant before the time', `${PAST} > ${T}`],
    ['a comment', `${T} < ${PAST} // || true`],
    ['a choice', `true ? true : ${T} < ${PAST}`],
    ['a comparison of comparisons', `(${T} < ${PAST}) == (1 > 2)`],
    ['a negation that binds tighter', `!true == (${T} < ${PAST})`],
    ['an operator in a call', `f(${AREA} || ${T} < ${PAST} && a)`],
    ['operators in brackets that do not match', `!(a && ${T} < ${PAST} || ${T} < ${PAST} && b`],
    ['February 30', `${T} < timestamp("2020-02-30T00:00:00Z")`],
    ['hour 24', `${T} < timestamp("2020-02-01T24:00:00Z")`],
    ['no zone', `${T} < timestamp("2020-02-01T00:00:00")`],
    ['three quotes', `${T} < ${PAST} && """ " == 'x' """ != ""`],
    ['a backslash', `"\\"" == "x" && ${T} < ${PAST}`],
    ['a carriage return', `${T} < ${PAST}\r|| true`],
    ['another letter', `${T} < ${PAST} && "ı" == "i"`],
    ['a sum', `${T} + duration("3600s") < ${PAST}`],
    ['more than 4 KiB', `${T} < ${PAST}${' '.repeat(5000)}`],
    ['21 brackets', `${'('.repeat(21)}${T} < ${PAST}${')'.repeat(21)}`],
    ['nothing', ''],
  ])('does not decide %s', (_, expression) => {
    expect(holdsWithin(expression, FROM, TO)).toBe('unknown');
  });
});
