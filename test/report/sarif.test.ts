import { reportAs } from '../../shared/report/formats.ts';
import type { ShownReport } from '../../shared/report/words/shown-report.ts';
import { HOSTILE_ROWS } from '../domain/hostile.ts';
import { reportWith } from './hostile-report.ts';
import { data, finding, NOW } from './parts.ts';
import { CLEAN, FINDINGS, REPORT } from './reports.ts';

type Located = {
  physicalLocation?: {
    artifactLocation: { uri: string; index: number };
    region: { startLine: number };
  };
  logicalLocations: { kind: string; fullyQualifiedName: string }[];
};
type Result = {
  ruleId: string;
  ruleIndex: number;
  level: string;
  message: { text: string };
  locations: Located[];
  partialFingerprints: Record<string, string>;
};
type Run = {
  tool: { driver: { rules: { id: string; help: { text: string } }[] } };
  invocations: [
    {
      executionSuccessful: boolean;
      toolExecutionNotifications: { level: string; message: { text: string } }[];
    },
  ];
  artifacts: object[];
  results: Result[];
};

const runOf = (report: ShownReport): Run => {
  const { body } = reportAs(report, 'sarif', NOW);
  return (JSON.parse(body) as { runs: [Run] }).runs[0];
};
const resultOf = (of: Parameters<typeof finding>[0]): Result => {
  const [result] = runOf({ ...REPORT, findings: [finding(of)] }).results;
  if (!result) throw new Error('no result');
  return result;
};

describe('a report as SARIF', () => {
  it('has a result for each finding, under the rule of its kind', () => {
    const { tool, results } = runOf(REPORT);
    expect(results.map(({ ruleId }) => ruleId)).toEqual(FINDINGS.map(({ kind }) => kind));
    for (const { ruleId, ruleIndex } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(tool.driver.rules[ruleIndex]?.help.text).not.toBe('');
    }
  });

  const levels = [
    { severity: 'critical', level: 'error' },
    { severity: 'high', level: 'error' },
    { severity: 'medium', level: 'warning' },
    { severity: 'low', level: 'note' },
    { severity: 'info', level: 'note' },
  ] as const;
  it.each(levels)('gives $severity the level $level', ({ severity, level }) => {
    expect(resultOf({ kind: 'public', severity }).level).toBe(level);
  });

  it('identifies a finding by its fingerprint', () => {
    expect(runOf(REPORT).results.map((r) => r.partialFingerprints)).toEqual(
      FINDINGS.map(({ fingerprint }) => ({ 'hopmintFinding/v1': fingerprint })),
    );
  });

  type Case = { title: string; of: Parameters<typeof finding>[0]; at: string[] };
  const cases: Case[] = [
    {
      title: 'the line of its chain',
      of: { kind: 'hop-missing', chain: 'billing-export', hop: 2 },
      at: ['0 deploy/chains.yaml:12'],
    },
    {
      title: 'the first line of the first file for a chain without a known line',
      of: { kind: 'hop-missing', chain: 'x' },
      at: ['0 deploy/chains.yaml:1'],
    },
    {
      title: 'the lines of all affected chains, each in its file',
      of: {
        kind: 'public',
        chains: ['nightly-batch', 'billing-export'],
      },
      at: ['1 deploy/batch.yaml:31', '0 deploy/chains.yaml:12'],
    },
    {
      title: 'the first line of the first file if it affects no chain',
      of: { kind: 'chain-removed' },
      at: ['0 deploy/chains.yaml:1'],
    },
  ];
  it.each(cases)('points at $title', ({ of, at }) => {
    const physical = resultOf(of).locations.map((location) => location.physicalLocation);
    expect(
      physical.map(
        (location) =>
          `${location?.artifactLocation.index} ${location?.artifactLocation.uri}:${location?.region.startLine}`,
      ),
    ).toEqual(at);
  });

  it('lists the source files of the chains with their hashes', () => {
    expect(runOf(REPORT).artifacts).toMatchObject([
      { location: { uri: 'deploy/chains.yaml' }, hashes: { 'sha-256': 'a'.repeat(64) } },
      { location: { uri: 'deploy/batch.yaml' }, hashes: { 'sha-256': 'b'.repeat(64) } },
    ]);
  });

  it('names the resource, and no file if none is known', () => {
    const chains = REPORT.chains.map((chain) => ({ ...chain, source: null }));
    const chainFile = { ...REPORT.chainFile, sources: [] };
    const [result] = runOf({ ...REPORT, chains, chainFile }).results;
    expect(result?.locations[0]?.physicalLocation).toBeUndefined();
    expect(result?.locations[0]?.logicalLocations).toContainEqual(
      expect.objectContaining({ kind: 'resource', fullyQualifiedName: 'projects/acme-data' }),
    );
  });

  it('is not a successful run if a resource could not be read, and says why', () => {
    const [invocation] = runOf(REPORT).invocations;
    expect(invocation.executionSuccessful).toBe(false);
    expect(
      invocation.toolExecutionNotifications.map(({ level, message }) => [level, message.text]),
    ).toEqual([
      [
        'error',
        'folders/800000000003: permission resourcemanager.folders.getIamPolicy is missing.',
      ],
      ['note', expect.stringMatching(/^domain-wide delegation: /)],
    ]);
    expect(runOf(CLEAN).invocations[0].executionSuccessful).toBe(true);
  });

  it('accepts a kind without words', () => {
    const kind = 'brand-new' as 'public';
    const { tool, results } = runOf({ ...REPORT, findings: [finding({ kind })] });
    expect(tool.driver.rules[results[0]?.ruleIndex ?? -1]?.id).toBe('brand-new');
  });

  it('keeps the brackets of a member, and escapes links and placeholders', () => {
    const summaryOf = (summary: string) =>
      resultOf({ kind: 'public', evidence: { summary, resource: data('x') } }).message.text;
    expect(summaryOf('serviceAccount:p.svc.id.goog[ns/name]')).toBe(
      'serviceAccount:p.svc.id.goog[ns/name].',
    );
    expect(summaryOf('[click](https://evil.example)')).toBe('\\[click\\](https://evil.example).');
    expect(summaryOf('{0}')).toBe('{{0}}.');
  });
});

describe.each(HOSTILE_ROWS)('SARIF of a report that contains $title', ({ text }) => {
  const { body } = reportAs(reportWith(text), 'sarif', NOW);

  it('has no hidden character', () => {
    expect(body.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it('has messages of one line without a link or a placeholder', () => {
    const { results } = (JSON.parse(body) as { runs: [Run] }).runs[0];
    for (const { message } of results) {
      expect(message.text).not.toMatch(/\n|(?<!\\)\]\(|(?<!\{)(?:\{\{)*\{\d/);
    }
  });
});
