import { setImmediate } from 'node:timers/promises';
import { batchAfter, batchWhileBusy } from '../../../functions/runtime/batch.ts';

describe('questions that come together', () => {
  it('are answered by one piece of work, while the first has one of its own', async () => {
    const batches: (readonly number[])[] = [];
    const double = batchWhileBusy(async (questions: readonly number[]) => {
      batches.push(questions);
      await setImmediate();
      return questions.map((question) => 2 * question);
    });
    expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
    expect(await double(5)).toBe(10);
  });

  it('fail together, and leave those that come later their chance', async () => {
    let works = false;
    const ask = batchWhileBusy(async (questions: readonly string[]) => {
      await setImmediate();
      if (!works) throw new Error('no answer');
      return questions;
    });
    const asked = await Promise.allSettled([ask('a'), ask('b')]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    works = true;
    expect(await ask('c')).toBe('c');
  });
});

describe('items that arrive before the wait ends', () => {
  it('are handled by one call, and a later item by another', async () => {
    const calls: (readonly string[])[] = [];
    let endWait = () => {};
    const wait = () =>
      new Promise<void>((resolve) => {
        endWait = resolve;
      });
    const add = batchAfter<string>(wait, async (items) => {
      calls.push(items);
    });
    const first = [add('a'), add('b')];
    expect(calls).toEqual([]);
    endWait();
    await Promise.all(first);
    const second = add('c');
    endWait();
    await second;
    expect(calls).toEqual([['a', 'b'], ['c']]);
  });

  it('wait for the call if they are among the first, and are in it in any case', async () => {
    const calls: (readonly number[])[] = [];
    const gate = Promise.withResolvers<void>();
    const add = batchAfter<number>(
      () => gate.promise,
      async (items) => {
        calls.push(items);
      },
      (itemsBefore) => itemsBefore < 2,
    );
    const ended: number[] = [];
    const all = [1, 2, 3, 4].map((item) => add(item).then(() => ended.push(item)));
    await Promise.all(all.slice(2));
    expect(ended).toEqual([3, 4]);
    gate.resolve();
    await Promise.all(all);
    expect(calls).toEqual([[1, 2, 3, 4]]);
    expect(ended).toHaveLength(4);
  });
});
