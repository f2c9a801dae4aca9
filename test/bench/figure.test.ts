import { figureOf, type Pair, sideBySide } from '../../bench/figures/figure.ts';
import { plotsOf } from '../../bench/figures/plots.ts';
import { markdownOf } from '../../bench/figures/text.ts';

const measured = (pairs: readonly Pair[], more: { budget?: number; exactly?: boolean } = {}) =>
  figureOf({ name: 'mint: CPU', unit: 'ms', against: 'a loop', pairs, ...more });

describe('the verdict on a figure', () => {
  it.each([
    { pairs: [[12, 10]], budget: 1.2, ok: true },
    { pairs: [[12.1, 10]], budget: 1.2, ok: false },
    { pairs: [[5, 1]], budget: undefined, ok: true },
    // The median of the rounds' own ratios: 0.9, 1.1, 9.
    {
      pairs: [
        [9, 10],
        [110, 100],
        [9, 1],
      ],
      budget: 1.15,
      ok: true,
    },
    {
      pairs: [
        [9, 10],
        [120, 100],
        [9, 1],
      ],
      budget: 1.15,
      ok: false,
    },
  ] as const)('of $pairs with a budget of $budget is $ok', ({ pairs, budget, ok }) => {
    expect(measured(pairs, budget === undefined ? {} : { budget })).toMatchObject({ ok });
  });

  it('of what is counted is good in every round, neither more nor less', () => {
    const exactly = { budget: 1, exactly: true };
    expect(
      measured(
        [
          [6, 6],
          [6, 6],
        ],
        exactly,
      ).ok,
    ).toBe(true);
    expect(
      measured(
        [
          [6, 6],
          [7, 6],
          [6, 6],
        ],
        exactly,
      ).ok,
    ).toBe(false);
    expect(measured([[5, 6]], exactly).ok).toBe(false);
  });

  it.each([
    ['no round', []],
    ['no number', [[Number.NaN, 1]]],
    ['no yardstick', [[1, 0]]],
  ] as [string, Pair[]][])('is refused where there is %s', (_, pairs) => {
    expect(() => measured(pairs)).toThrow('is no measurement');
  });
});

it('lets each side go first in turn', async () => {
  const order: string[] = [];
  const side = (name: string, value: number) => async () => {
    order.push(name);
    return value;
  };
  await expect(sideBySide(3, side('ours', 1), side('theirs', 2))).resolves.toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  expect(order).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs']);
});

describe('what is shown on a page', () => {
  it('has a row for each figure', () => {
    const table = markdownOf([
      measured(
        [
          [12, 10],
          [14, 10],
        ],
        { budget: 1.2 },
      ),
    ]);
    expect(table.split('\n').at(-1)).toBe(
      '| MISSED | mint: CPU | 13 ms | 12 … 14 | 10: a loop | 1.3 | 1.2 … 1.4 | 1.2 |',
    );
  });

  it('has no chart with a gap', () => {
    expect(() => plotsOf([measured([[1, 1]])])).toThrow('no figure is called');
  });
});
