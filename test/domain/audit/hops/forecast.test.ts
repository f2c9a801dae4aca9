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
const until = (ms: number) => `request.time < timestamp("${new Date(ms).toISOString()}")`;
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
      title: 'that ends exactly when that credential is due is expiring',
      parts: secondHop(until(nextMint + 30 * MINUTE)),
      findings: [['high', 'hop-expiring', ...at]],
      state: 'expiring',
    },
    {
      title: 'that ends a millisecond later is reported as ending within a day',
      parts: secondHop(until(nextMint + 30 * MINUTE + 1)),
      findings: [['medium', 'hop-conditional', ...at]],
      state: 'ok',
    },
    {
      title: 'that ends in three days is reported as ending within a week',
      parts: secondHop(until(now.getTime() + 3 * 1440 * MINUTE)),
      findings: [['low', 'hop-conditional', ...at]],
      state: 'ok',
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
      title:
        'that holds for one minute of an hour is expiring, because no mint falls into that minute',
      parts: secondHop('request.time.getMinutes("UTC") == 0'),
      findings: [['high', 'hop-expiring', ...at]],
      state: 'expiring',
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

  it('names its end among 50 instants, and no end among more, because each costs an evaluation', () => {
    const seconds = (count: number) =>
      Array.from({ length: count }, (_, i) => until(nextMint - 1000 * (i + 1)));
    const endOf = (count: number) =>
      report(secondHop(...seconds(count))).findings[0]?.evidence.endsAt;
    expect(endOf(50)).toBe(new Date(nextMint - 1000).toISOString());
    expect(endOf(51)).toBeUndefined();
  });

  it('makes the chain expiring, not broken', () => {
    expect(report(secondHop(until(nextMint))).chains[0]?.state).toBe('expiring');
  });

  it('is evaluated with the schedule of each chain that shares it', () => {
    const slow = { ...chain, name: 'slow', rotateEverySeconds: 7200 };
    const { chains } = report(secondHop(until(nextMint + 31 * MINUTE)), { chains: [chain, slow] });
    expect(chains.map(({ hops }) => hops[1]?.state)).toEqual(['ok', 'expiring']);
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
