import { figureOf, type Measurement, type Pair, sideBySide } from '../../bench/figures/figure.ts';
import { plotsOf } from '../../bench/figures/plots.ts';
import { markdownOf } from '../../bench/figures/text.ts';

/** Rounds from texts such as `9/10`: our value and the yardstick's. */
const rounds = (...texts: string[]): Pair[] =>
  texts.map((text) => {
    const [ours, yardstick] = text.split('/').map(Number);
    return [ours ?? Number.NaN, yardstick ?? Number.NaN];
  });

const figure = (pairs: readonly Pair[], more: Pick<Measurement, 'budget' | 'exactly'> = {}) =>
  figureOf({ name: 'mint: CPU', unit: 'ms', against: 'a loop', pairs, ...more });

describe('a figure', () => {
  it.each([
    { situation: 'a ratio equal to the budget', pairs: rounds('12/10'), budget: 1.2, ok: true },
    { situation: 'a ratio above the budget', pairs: rounds('12.1/10'), budget: 1.2, ok: false },
    {
      situation: 'ratios with a median below the budget',
      pairs: rounds('9/10', '110/100', '9/1'),
      budget: 1.15,
      ok: true,
    },
    {
      situation: 'ratios with a median above the budget',
      pairs: rounds('9/10', '120/100', '9/1'),
      budget: 1.15,
      ok: false,
    },
  ])('with $situation has ok: $ok', ({ pairs, budget, ok }) => {
    expect(figure(pairs, { budget })).toMatchObject({ ok });
  });

  it('without a budget is ok', () => {
    expect(figure(rounds('5/1'))).toMatchObject({ ok: true });
  });

  it.each([
    { situation: 'equal in every round', pairs: rounds('6/6', '6/6'), ok: true },
    { situation: 'greater in one round', pairs: rounds('6/6', '7/6', '6/6'), ok: false },
    { situation: 'less in one round', pairs: rounds('5/6'), ok: false },
  ])('of a count that is $situation has ok: $ok', ({ pairs, ok }) => {
    expect(figure(pairs, { budget: 1, exactly: true })).toMatchObject({ ok });
  });

  it.each([
    { situation: 'without a round', pairs: rounds() },
    { situation: 'with a value that is not a number', pairs: rounds('NaN/1') },
    { situation: 'with a yardstick of zero', pairs: rounds('1/0') },
  ])('$situation is refused', ({ pairs }) => {
    expect(() => figure(pairs)).toThrow('is not a measurement');
  });
});

it('changes in each round which side is measured first', async () => {
  const order: string[] = [];
  const side = (name: string, value: number) => async () => {
    order.push(name);
    return value;
  };
  await expect(sideBySide(3, side('ours', 1), side('theirs', 2))).resolves.toEqual(
    rounds('1/2', '1/2', '1/2'),
  );
  expect(order).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs']);
});

describe('the text for a page', () => {
  it('has a row for each figure', () => {
    const table = markdownOf([figure(rounds('12/10', '14/10'), { budget: 1.2 })]);
    expect(table.split('\n').at(-1)).toBe(
      '| MISSED | mint: CPU | 13 ms | 12 … 14 | 10: a loop | 1.3 | 1.2 … 1.4 | 1.2 |',
    );
  });

  it('is refused when a chart lacks a figure', () => {
    expect(() => plotsOf([figure(rounds('1/1'))])).toThrow('no figure has the name');
  });
});
