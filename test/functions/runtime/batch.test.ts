import { setImmediate } from 'node:timers/promises';
import { gathering } from '../../../functions/runtime/batch.ts';

describe('questions that come together', () => {
  it('are answered by one piece of work, while the first has one of its own', async () => {
    const batches: (readonly number[])[] = [];
    const double = gathering(async (questions: readonly number[]) => {
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
    const ask = gathering(async (questions: readonly string[]) => {
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
