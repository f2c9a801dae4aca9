import { lastGridInstant } from '../../../../shared/domain/rotation/tick/schedule.ts';
import { READER_POLICY } from '../../iam/snapshots.ts';
import {
  chain,
  file,
  grant,
  needed,
  now,
  type Parts,
  relay,
  report,
  short,
} from '../audit-world.ts';

const MINUTE = 60_000;
const nextMint = lastGridInstant(chain, now).getTime() + 30 * MINUTE;
const afterNext = nextMint + 30 * MINUTE;
/** From the instant of a mint: a tick, and the time for retries. */
const WINDOW = 11 * MINUTE;
/** A minute of each hour in which nothing is minted. */
const gap = new Date(nextMint + 20 * MINUTE).getUTCMinutes() % 30;
const iso = (ms: number) => new Date(ms).toISOString();
const until = (ms: number) => `request.time < timestamp("${iso(ms)}")`;
const secondHop = (...expressions: (string | undefined)[]): Parts => ({
  bindings: {
    ...needed,
    [READER_POLICY]: expressions.map((expression) => grant(relay, undefined, expression)),
  },
});
const at = ['billing-export/2', 'reader', 'serviceAccount:relay'];

describe('a hop with a condition on its grant', () => {
  const cases: { title: string; parts: Parts; findings: unknown[][]; state: string }[] = [
    {
      title: 'that ends before the next mint is expiring',
      parts: secondHop(until(nextMint - MINUTE)),
      findings: [['high', 'hop-expiring', ...at]],
      state: 'expiring',
    },
    {
      title: 'that ends before the credential after next is due is expiring',
      parts: secondHop(until(nextMint + 29 * MINUTE)),
      findings: [['high', 'hop-expiring', ...at]],
      state: 'expiring',
    },
    {
      title: 'that ends exactly when the time for that credential ends is expiring',
      parts: secondHop(until(afterNext + WINDOW)),
      findings: [['high', 'hop-expiring', ...at]],
      state: 'expiring',
    },
    {
      title: 'that ends a millisecond later is reported as ending within a day',
      parts: secondHop(until(afterNext + WINDOW + 1)),
      findings: [['medium', 'hop-conditional', ...at]],
      state: 'conditional',
    },
    {
      title: 'that ends in three days is reported as ending within a week',
      parts: secondHop(until(now.getTime() + 3 * 1440 * MINUTE)),
      findings: [['low', 'hop-conditional', ...at]],
      state: 'conditional',
    },
    {
      title: 'that ends in eight days is not reported',
      parts: secondHop(until(now.getTime() + 8 * 1440 * MINUTE)),
      findings: [],
      state: 'ok',
    },
    {
      title: 'that ends before the next mint is not reported if another grant has no condition',
      parts: secondHop(until(nextMint - MINUTE), undefined),
      findings: [],
      state: 'ok',
    },
    {
      title: 'that ends is not reported if another grant begins before',
      parts: secondHop(
        until(nextMint),
        `request.time >= timestamp("${new Date(nextMint - MINUTE).toISOString()}")`,
      ),
      findings: [],
      state: 'ok',
    },
    {
      title: 'that begins in the future is missing until then',
      parts: secondHop(`request.time >= timestamp("${new Date(nextMint).toISOString()}")`),
      findings: [['high', 'hop-conditional', ...at]],
      state: 'missing',
    },
    {
      title: 'that holds for one minute of an hour is conditional, because no mint fits into it',
      parts: secondHop('request.time.getMinutes("UTC") == 0'),
      findings: [['high', 'hop-conditional', ...at]],
      state: 'conditional',
    },
    {
      title: 'that does not hold between two mints is ok',
      parts: secondHop(
        `request.time.getMinutes() != ${gap} && request.time.getMinutes() != ${gap + 30}`,
      ),
      findings: [],
      state: 'ok',
    },
    {
      title: 'that does not hold in the last second of the time for a mint is conditional',
      parts: secondHop(
        `request.time < timestamp("${iso(nextMint + WINDOW)}") || ${'request.time'} > timestamp("${iso(nextMint + WINDOW)}")`,
      ),
      findings: [['high', 'hop-conditional', ...at]],
      state: 'conditional',
    },
    {
      title: 'that will depend on a tag is expiring, because the tag is unknown',
      parts: secondHop(`${until(nextMint)} || resource.matchTag("a/b", "c")`),
      findings: [['high', 'hop-expiring', ...at]],
      state: 'expiring',
    },
  ];
  it.each(cases)('$title', ({ parts, findings, state }) => {
    const made = report(parts);
    expect(made.findings.map(short)).toEqual(findings);
    expect(made.chains[0]?.hops[1]?.state).toBe(state);
    expect(made.clean).toBe(findings.length === 0);
  });

  it('is reported with its end, its condition, and a fix that grants it without an end', () => {
    const expression = until(nextMint + MINUTE);
    const [finding] = report(secondHop(expression)).findings;
    expect(finding?.evidence).toMatchObject({
      resource: READER_POLICY,
      condition: { expression },
      endsAt: new Date(nextMint + MINUTE).toISOString(),
    });
    expect(finding?.fix?.gcloud).toMatch(/add-iam-policy-binding reader@.* --condition=None/);
  });

  it('at night is conditional by day, and names the first night and its first mint', () => {
    const hour = 'request.time.getHours("Europe/Berlin")';
    const [finding] = report(secondHop(`${hour} >= 9 && ${hour} < 17`)).findings;
    expect(finding).toMatchObject({ kind: 'hop-conditional', severity: 'medium' });
    expect(finding?.evidence).toMatchObject({
      endsAt: '2026-11-22T16:00:00.000Z',
      mintFailsAt: iso(nextMint + 8 * 30 * MINUTE),
      summary: expect.stringMatching(/does not hold from 2026-11-22T16:00:00.000Z for a time/),
    });
  });

  it('that does not hold in the first hour of summer time is conditional from its exact start', () => {
    const spring = new Date('2027-03-24T12:00:00Z');
    const local = 'request.time.getHours("Europe/Berlin")';
    const { findings } = report(
      secondHop(`${local} != 3 || ${local.replace('Hours', 'Date')} != 28`),
      {},
      spring,
    );
    expect(findings.map(({ kind, evidence: { endsAt } }) => [kind, endsAt])).toEqual([
      ['hop-conditional', '2027-03-28T01:00:00.000Z'],
    ]);
  });

  it('makes the chain expiring, not broken', () => {
    expect(report(secondHop(until(nextMint))).chains[0]?.state).toBe('expiring');
  });

  it('is evaluated with the schedule of each chain that shares it', () => {
    const slow = { ...chain, name: 'slow', rotateEverySeconds: 7200 };
    const { chains } = report(secondHop(until(afterNext + WINDOW + 1)), { chains: [chain, slow] });
    expect(chains.map(({ hops }) => hops[1]?.state)).toEqual(['conditional', 'expiring']);
  });

  it('for a week at a time is reported only in its last third, when plan renews it', () => {
    const grantForSeconds = 7 * 86_400;
    const kinds = (daysLeft: number) =>
      report(secondHop(until(now.getTime() + daysLeft * 1440 * MINUTE)), {
        ...file,
        grantForSeconds,
      }).findings.map(({ kind }) => kind);
    expect(kinds(6.9)).toEqual([]);
    expect(kinds(2.4)).toEqual([]);
    expect(kinds(2.3)).toEqual(['hop-conditional']);
  });
});
