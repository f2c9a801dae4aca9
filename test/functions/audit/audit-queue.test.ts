import { auditQueue, type Scope } from '../../../functions/audit/audit-queue.ts';

/** A queue whose audits end when the test says so. */
function opened() {
  const started: Scope[] = [];
  const ends: (() => void)[] = [];
  const queue = auditQueue(
    async (scope) => {
      started.push(scope);
      const number = started.length;
      await new Promise<void>((resolve) => ends.push(resolve));
      return number;
    },
    60,
    () => new Date(0),
  );
  const endNext = async () => {
    ends.shift()?.();
    for (let i = 0; i < 20; i++) await undefined;
  };
  return { queue, started, endNext };
}

describe('the queue of audits', () => {
  it('runs one at a time, and answers each call with an audit that started after it', async () => {
    const { queue, started, endNext } = opened();
    const first = queue.renew('part');
    const second = queue.renew('whole');
    const third = queue.renew('whole');
    expect(started).toEqual(['part']);
    await endNext();
    expect(started).toEqual(['part', 'whole']);
    await endNext();
    expect((await first).value).toBe(1);
    expect([(await second).value, (await third).value]).toEqual([2, 2]);
    expect(started).toHaveLength(2);
  });

  it('never answers a call for a whole audit with a part', async () => {
    const { queue, started, endNext } = opened();
    const calls = [queue.renew('whole'), queue.renew('part'), queue.renew('whole')];
    for (let n = 0; n < 3; n++) await endNext();
    const values = (await Promise.all(calls)).map(({ value }) => value);
    expect(started).toEqual(['whole', 'part', 'whole']);
    expect(values).toEqual([1, 2, 3]);
  });
});
