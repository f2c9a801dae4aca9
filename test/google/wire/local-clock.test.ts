import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { localClock } from '../../../shared/google/wire/local-clock.ts';

const MACHINE = Date.parse('2026-11-22T12:00:00Z');

describe('the clock of a local cloud', () => {
  let local: LocalCloud;
  let machine: number;
  beforeEach(async () => {
    machine = MACHINE;
    local = await startLocalCloud();
  });
  afterEach(() => local.close());

  const open = (url = local.url) => localClock(url, () => new Date(machine));
  const aheadSeconds = (now: () => Date) => (now().getTime() - machine) / 1000;

  it('follows each move, forward and back', async () => {
    const { now, refresh } = open();
    for (const seconds of [1200, -300]) {
      local.state.advance(seconds);
      machine += 1000;
      await refresh();
    }
    expect(aheadSeconds(now)).toBeCloseTo(900, 1);
  });

  it('is read at most once within 100 ms', async () => {
    const { now, refresh } = open();
    await refresh();
    local.state.advance(1200);
    machine += 99;
    await refresh();
    expect(aheadSeconds(now)).toBeCloseTo(0, 1);
    machine += 1;
    await refresh();
    expect(aheadSeconds(now)).toBeCloseTo(1200, 1);
  });

  it('keeps its last difference when no local cloud answers', async () => {
    const { now, refresh } = open();
    local.state.advance(1200);
    await refresh();
    await local.close();
    machine += 1000;
    await refresh();
    expect(aheadSeconds(now)).toBeCloseTo(1200, 1);
    local = await startLocalCloud();
  });
});
