import pkg from '../../../package.json' with { type: 'json' };
import type { Finding } from '../../domain/audit/finding/finding.ts';
import type { Severity } from '../../domain/audit/finding/severity.ts';
import { SEVERITIES } from '../../domain/audit/finding/severity.ts';
import { printable } from '../../domain/basics/text/printable.ts';
import type { Unread } from '../../domain/basics/unread.ts';
import { KINDS, wordsOf } from '../words/kinds.ts';
import { leftOutText } from '../words/left-out.ts';
import type { ShownReport } from '../words/shown-report.ts';
import { locationsIn, logical, uriOf } from './locations.ts';

/** `rank`: SARIF's rank, 0 to 100. `score`: a CVSS score, by which code scanning sorts. */
const SCALE: Readonly<Record<Severity, { level: string; rank: number; score: string }>> = {
  critical: { level: 'error', rank: 100, score: '9.5' },
  high: { level: 'error', rank: 80, score: '8.0' },
  medium: { level: 'warning', rank: 50, score: '5.5' },
  low: { level: 'note', rank: 20, score: '2.5' },
  info: { level: 'note', rank: 0, score: '0.0' },
};

const UNREAD = 'unread';
const LEFT_OUT = 'left-out';
const NOT_COVERED = 'not-covered';

/**
 * A report as SARIF 2.1.0, for code scanning. It has a rule for each kind of finding, a result for each finding, and a notification for each
 * resource that could not be read, and for the findings that are left out. With such a notification the run is not successful, because its
 * results may be incomplete.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifOf(report: ShownReport): object {
  const { findings, leftOut, coverage, chainFile, clean, filter, cloud } = report;
  const { sources, ...version } = chainFile;
  const missing = leftOutText(report);
  const locationsOf = locationsIn(report);
  const kinds = [...new Set([...Object.keys(KINDS), ...findings.map(({ kind }) => kind)])];
  const ruleIndex = new Map(kinds.map((kind, i) => [kind, i]));
  const worst = new Map<string, Severity>(
    findings
      .toSorted((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity))
      .map(({ kind, severity }) => [kind, severity]),
  );
  return {
    $schema:
      'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Hopmint',
            fullName: 'Hopmint audit of service-account delegation chains',
            semanticVersion: pkg.version,
            rules: kinds.map((kind) => ruleOf(kind, worst.get(kind))),
            notifications: [
              notice(UNREAD, 'CouldNotRead', 'A resource could not be read or decided.'),
              notice(LEFT_OUT, 'LeftOut', 'The results leave findings out.'),
              notice(
                NOT_COVERED,
                'NotCovered',
                'Policies do not show this, so an audit of policies cannot check it.',
              ),
            ],
          },
        },
        automationDetails: { id: 'hopmint/audit/' },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: coverage.unread.length === 0 && missing === undefined,
            endTimeUtc: report.generatedAt,
            toolExecutionNotifications: [
              ...coverage.unread.map((unread) => notificationOf(UNREAD, 'error', unread)),
              ...(missing === undefined
                ? []
                : [
                    {
                      descriptor: { id: LEFT_OUT },
                      level: 'error',
                      message: { text: `${missing}.` },
                    },
                  ]),
              ...coverage.notCovered.map((one) => notificationOf(NOT_COVERED, 'note', one)),
            ],
          },
        ],
        artifacts: sources.map(({ path, sha256 }) => ({
          location: { uri: uriOf(path) },
          roles: ['analysisTarget'],
          hashes: { 'sha-256': sha256 },
        })),
        results: findings.map((finding) => resultOf(finding, ruleIndex, locationsOf)),
        properties: {
          clean,
          chainFile: version,
          ...(leftOut && { leftOut }),
          ...(filter && { filter }),
          ...(cloud && { cloud }),
        },
      },
    ],
  };
}

function ruleOf(kind: string, worst: Severity | undefined): object {
  const { title, means, help } = wordsOf(kind);
  return {
    id: kind,
    name: nameOf(title),
    shortDescription: { text: `${title}.` },
    fullDescription: { text: means || `${title}.` },
    help: { text: help || `${title}.` },
    defaultConfiguration: { level: SCALE[worst ?? 'medium'].level },
    properties: {
      tags: ['security', 'iam'],
      ...(worst && { 'security-severity': SCALE[worst].score }),
    },
  };
}

function resultOf(
  finding: Finding,
  ruleIndex: ReadonlyMap<string, number>,
  locationsOf: (finding: Finding) => object[],
): object {
  const { kind, severity, chain, evidence, fix, fingerprint, ...rest } = finding;
  return {
    ruleId: kind,
    ruleIndex: ruleIndex.get(kind),
    level: SCALE[severity].level,
    rank: SCALE[severity].rank,
    message: { text: message(`${evidence.summary}.${fix ? ` Fix: ${fix.gcloud}` : ''}`) },
    locations: locationsOf(finding),
    partialFingerprints: { 'hopmintFinding/v1': fingerprint },
    properties: {
      severity,
      ...(chain !== undefined && { chain }),
      ...rest,
      evidence,
      ...(fix && { fix }),
    },
  };
}

const notificationOf = (id: string, level: string, { resource, reason }: Unread): object => ({
  descriptor: { id },
  level,
  message: { text: message(`${resource}: ${reason}.`) },
  locations: [{ logicalLocations: [logical(resource, 'resource')] }],
});

const notice = (id: string, name: string, text: string): object => ({
  id,
  name,
  shortDescription: { text },
});

/** `AHopHasNoGrant`: a name for people. The ID is for machines. */
const nameOf = (title: string): string =>
  title
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.replace(/^./, (c) => c.toUpperCase()))
    .join('');

/**
 * The text of a message on one line. SARIF reads `{0}` as a placeholder and `[text](target)` as a link, so text of a policy is escaped.
 * Brackets alone mean nothing in SARIF and stay: members contain them, as in `…svc.id.goog[namespace/name]`.
 */
function message(text: string): string {
  const plain = printable(text).replace(/[{}]/g, '$&$&');
  return plain.includes('](') ? plain.replace(/[[\]\\]/g, '\\$&') : plain;
}
