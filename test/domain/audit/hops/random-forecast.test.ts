import fc from 'fast-check';
import { lastGridInstant } from '../../../../shared/domain/rotation/tick/schedule.ts';
import { judgeOf } from '../../iam/condition/judge.ts';
import { randomCondition } from '../../iam/condition/random-condition.ts';
import { READER_POLICY } from '../../iam/snapshots.ts';
import { chain, file, grant, needed, relay, report } from '../audit-world.ts';

const EVERY_MS = chain.rotateEverySeconds * 1000;
const WINDOW_MS = (file.tickEverySeconds + chain.retryWindowSeconds) * 1000;
const WEEK_MS = 7 * 86_400_000;

/** The first, a middle and the last instant of the time for a mint: for the next ten mints, and for each seventh of seven days. */
function mintInstants(now: number): number[] {
  const first = lastGridInstant(chain, new Date(now)).getTime() + EVERY_MS;
  const mints = Math.floor((now + WEEK_MS - first) / EVERY_MS) + 1;
  return Array.from({ length: mints }, (_, i) => first + i * EVERY_MS)
    .filter((_, i) => i < 10 || i % 7 === 0)
    .flatMap((mint) => [mint, mint + WINDOW_MS / 3, mint + WINDOW_MS]);
}

describe('a hop with any condition on time', () => {
  const condition = randomCondition.filter(
    ({ expression, from }) => !expression.includes('resource.') && from > 0n && from < 2n ** 62n,
  );
  let [conditional, works] = [0, 0];

  it('is ok only if it works at each mint of seven days; otherwise its first failure is named', () => {
    fc.assert(
      fc.property(condition, ({ expression, from }) => {
        const now = Number(from / 1_000_000n);
        const judge = judgeOf(expression);
        const isYes = (ms: number) =>
          judge(BigInt(ms) * 1_000_000n, { attributes: {}, tags: new Set() }) === 'yes';
        const bindings = { ...needed, [READER_POLICY]: [grant(relay, undefined, expression)] };
        const { chains, findings } = report({ bindings }, {}, new Date(now));
        const state = chains[0]?.hops[1]?.state;
        if (!isYes(now)) {
          expect(['missing', 'unknown']).toContain(state);
          return;
        }
        const failsAt = findings.find(({ hop }) => hop === 2)?.evidence.mintFailsAt;
        expect(failsAt === undefined).toBe(state === 'ok');
        const end = failsAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(failsAt);
        const before = mintInstants(now).filter((ms) => ms < end);
        expect(before.filter((ms) => !isYes(ms))).toEqual([]);
        // It is rounded down to a millisecond.
        if (failsAt !== undefined) expect(isYes(end) && isYes(end + 1)).toBe(false);
        if (failsAt === undefined) works += 1;
        else conditional += 1;
      }),
      { numRuns: 60, seed: 19 },
    );
    // Both kinds occur.
    expect(Math.min(conditional, works)).toBeGreaterThan(3);
  });
});
