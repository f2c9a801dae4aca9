import fc from 'fast-check';
import { MEMBERS_MAX } from '../../shared/domain/audit/finding/finding.ts';
import { listed } from '../../shared/domain/audit/listed-report.ts';
import type { ChainReport } from '../../shared/domain/audit/report.ts';
import { finish } from '../../shared/domain/basics/steps.ts';
import { FORMATS } from '../../shared/report/format-names.ts';
import { renderSteps } from '../../shared/report/formats.ts';
import { jsonSteps, toJson } from '../../shared/report/json.ts';
import type { ShownReport } from '../../shared/report/words/shown-report.ts';
import { filtered } from '../../shared/report/words/view.ts';
import { REPORT } from './reports.ts';

describe('JSON that is written in steps', () => {
  it('is the same text as JSON that is written at once', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 7, withCrossShrink: true },
        fc.string({ unit: 'binary' }),
        fc.constantFrom(null, true, 1.5, undefined, '\n', '"\\n"', '\u0007'),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 4 }),
      ),
    }));
    const property = fc.property(value, (of) => {
      const whole = { of };
      expect(finish(jsonSteps(whole))).toBe(toJson(whole));
    });
    fc.assert(property, { seed: 17, numRuns: 300 });
  });
});

/** Findings for all of 1,000 chains and 200 members, and as many of them as a report may have. */
function largest(): ShownReport {
  const [finding] = REPORT.findings;
  const [chain] = REPORT.chains;
  if (!finding || !chain) throw new Error('the report has both');
  const chains = Array.from(
    { length: 1000 },
    (_, i): ChainReport => ({
      ...chain,
      name: `team-${i}`,
    }),
  );
  const members = Array.from({ length: MEMBERS_MAX }, (_, i) => `user:person-${i}@acme.com`);
  return {
    ...REPORT,
    chains,
    findings: Array.from({ length: 1000 }, (_, i) => ({
      ...finding,
      chains: chains.map(({ name }) => name),
      members,
      memberCount: MEMBERS_MAX,
      fingerprint: `${i}`,
    })),
  };
}

/** Of this thread: not of the threads on which V8 compiles and collects garbage. */
const processorMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

describe('the largest report of 1,000 chains', () => {
  const report = listed(largest());

  it.each(FORMATS)('needs no step of 100 ms as %s', (format) => {
    const longestOf = () => {
      const steps = renderSteps(report, format, new Date(report.generatedAt));
      let longest = 0;
      for (;;) {
        const start = processorMs();
        const step = steps.next();
        longest = Math.max(longest, processorMs() - start);
        if (step.done) return longest;
      }
    };
    // The smaller of two, because the compiler and the garbage collector of V8 take time too.
    expect(Math.min(longestOf(), longestOf())).toBeLessThan(100);
  });

  it('shows a finding that leaves chains out for each chain', () => {
    const shown = filtered(report, { chains: ['team-999'], severities: [] });
    expect(shown.findings).toHaveLength(report.findings.length);
    const page = finish(renderSteps(shown, 'html', new Date(report.generatedAt))).body;
    expect(page).toContain('data-chains="all"');
    expect(page).toContain('and 800 that are not listed');
  });
});
