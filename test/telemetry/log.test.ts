import { shortened } from '../../shared/telemetry/log.ts';

const names = (count: number) =>
  Array.from({ length: count }, (_, i) => `chain-${i}`.padEnd(63, 'x'));

describe('A line of the log', () => {
  it('fits into 256 KB for a tick of 100,000 chains, and says how many names are missing', () => {
    const lists = {
      published: names(3333),
      waiting: names(100_000),
      late: names(60_000),
      paused: names(501),
    };
    const line = shortened({ event: 'tick', ...lists });
    expect(Buffer.byteLength(JSON.stringify(line))).toBeLessThan(200_000);
    expect(line).toMatchObject({
      event: 'tick',
      waiting: expect.arrayContaining(['and 99500 more']),
    });
    expect((line.paused as string[]).at(-1)).toBe('and 1 more');
  });

  it('names every chain of a short list', () => {
    const fields = { published: names(500), reason: 'cloud-busy', status: 503 };
    expect(shortened(fields)).toEqual(fields);
  });
});
