import { type HandsFigures, handsSoak } from '../../soak/hands/hands-soak.ts';

const [SEED, HOURS, CHAINS] = [1, 10, 8];
let figures: HandsFigures;

beforeAll(async () => {
  figures = await handsSoak(SEED, HOURS, CHAINS);
}, 60_000);

describe('ten hours of a fleet whose secrets somebody changes at random', () => {
  it('leave every chain healed in time, reported until then, and no version destroyed too early', () => {
    expect(figures.violations).toEqual([]);
  });

  it('contain many actions, changes without an event, and readers without a credential', () => {
    expect(Object.keys(figures.actions).length).toBeGreaterThan(12);
    expect(figures.eventsLost).toBeGreaterThan(0);
    expect(figures.brokenMinutes).toBeGreaterThan(10);
  });

  it('leave two versions of each secret alive, an hour after its last change', () => {
    expect(figures.mostLiveVersions).toBe(2);
  });
});
