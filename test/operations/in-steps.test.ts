import type { Steps } from '../../shared/domain/basics/steps.ts';
import { inSteps } from '../../shared/operations/in-steps.ts';

/** Takes about two milliseconds of the processor. */
function work(): number {
  const start = process.cpuUsage();
  let spent = 0;
  while (spent < 2) {
    const { user, system } = process.cpuUsage(start);
    spent = (user + system) / 1000;
  }
  return spent;
}

function* workIn(steps: number): Steps<number> {
  let total = 0;
  for (let i = 0; i < steps; i++) {
    total += work();
    yield;
  }
  return total;
}

describe('a computation in steps', () => {
  it('returns its result, and lets other work run at least every 30 ms', async () => {
    let turns = 0;
    let isDone = false;
    const counting = (async () => {
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve));
        turns++;
      }
    })();
    const total = await inSteps(workIn(60));
    isDone = true;
    await counting;
    expect(total).toBeGreaterThanOrEqual(120);
    expect(turns).toBeGreaterThanOrEqual(4);
  });

  it('throws what a step throws', async () => {
    function* broken(): Steps<void> {
      yield;
      throw new Error('step');
    }
    await expect(inSteps(broken())).rejects.toThrow('step');
  });
});
