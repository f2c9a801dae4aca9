import type { Note } from '../../domain/apply/notes.ts';
import type { Obstacle } from '../../domain/apply/obstacle.ts';
import type { Plan } from '../../domain/apply/plan.ts';
import type { Step } from '../../domain/apply/step.ts';
import { printable } from '../../domain/basics/text/printable.ts';
import { formatPosition } from '../../domain/chain/chain.ts';
import { replicationText } from '../../domain/chain/replication.ts';
import type { Serves } from '../../domain/grants/hop-role.ts';

/** The kind of a line. A terminal gives each kind its own colour. */
export type LineKind = 'head' | 'add' | 'obstacle' | 'note' | 'plain';
export type Paint = (kind: LineKind, line: string) => string;
const PLAIN: Paint = (_kind, line) => line;

/** A plan in the form of a diff: for each resource, what is added and for which chains. */
export function planText(
  plan: Plan,
  rights: readonly Obstacle[] = [],
  paint: Paint = PLAIN,
): string {
  const lines: [LineKind, string][] = [];
  for (const [resource, steps] of Map.groupBy(plan.steps, (step) => step.resource)) {
    lines.push(['head', `  ${resource}`]);
    for (const step of steps) lines.push(...stepLines(step));
  }
  if (plan.steps.length > 0) lines.push(['plain', '']);
  lines.push(...[...plan.obstacles, ...rights].flatMap(obstacleLines));
  lines.push(...plan.notes.flatMap(noteLines));
  if (lines.at(-1)?.[1] !== '' && lines.length > 0) lines.push(['plain', '']);
  lines.push(['plain', summaryOf(plan, rights)]);
  return lines.map(([kind, line]) => `${paint(kind, printable(line))}\n`).join('');
}

/** What a step adds, and below it the chains and hops that need it. */
function stepLines(step: Step): [LineKind, string][] {
  const added = (text: string): [LineKind, string] => ['add', `+   ${text}`];
  const about = (text: string): [LineKind, string] => ['plain', `      ${text}`];
  switch (step.do) {
    case 'create-role':
      return [
        added(`custom role ${JSON.stringify(step.title)}`),
        ...step.permissions.map((permission) => added(`  ${permission}`)),
      ];
    case 'add-permissions':
      return step.permissions.map((permission) => added(`  ${permission}`));
    case 'create-secret':
      return [
        added(`secret, replication ${replicationText(step.replication)}`),
        ...labelLines(step.labels).map(added),
        about(`for ${servesText(step.serves)}`),
      ];
    case 'label-secret':
      return [...labelLines(step.labels).map(added), about(`for ${servesText(step.serves)}`)];
    case 'add-member': {
      const end = step.condition ? `, if ${step.condition.expression}` : '';
      return [
        added(`${step.member} as ${step.role}${end}`),
        about(`for ${servesText(step.serves)}`),
      ];
    }
  }
}

const labelLines = (labels: Readonly<Record<string, string>>): string[] =>
  Object.entries(labels).map(([key, value]) => `  label ${key}=${value}`);

/** A thousand chains may share a hop. A line names only this many. */
const NAMED_MAX = 3;

export function servesText(serves: readonly Serves[]): string {
  const named = serves
    .slice(0, NAMED_MAX)
    .map(({ chain, hop }) => (hop === undefined ? chain : `hop ${hop} of ${chain}`));
  const rest = serves.length - named.length;
  return named.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function obstacleLines(obstacle: Obstacle): [LineKind, string][] {
  const { resource, text, chains, positions = [], fix } = obstacle;
  const affected = chains.length > 0 ? ` (${servesText(chains.map((chain) => ({ chain })))})` : '';
  const at = positions.slice(0, NAMED_MAX).map(formatPosition).join(', ');
  return [
    ['obstacle', `! ${resource}: ${text}${affected}`],
    ...(at === '' ? [] : [['plain', `    at ${at}`] as [LineKind, string]]),
    ...(fix === undefined ? [] : [['plain', `    ${fix}`] as [LineKind, string]]),
  ];
}

const noteLines = ({ resource, text, fix }: Note): [LineKind, string][] => [
  ['note', `i ${resource}: ${text}`],
  ...(fix === undefined ? [] : [['plain', `    ${fix}`] as [LineKind, string]]),
];

const WORDS = {
  'create-role': 'role',
  'add-permissions': 'change of a role',
  'create-secret': 'secret',
  'label-secret': 'label',
  'add-member': 'grant',
} as const;
const PLURALS = { ...WORDS, 'add-permissions': 'changes of roles' } as const;

/** `To add: 1 role, 2 secrets, 5 grants. Nothing is removed.` */
function summaryOf({ steps, obstacles }: Plan, rights: readonly Obstacle[]): string {
  const counted = [...Map.groupBy(steps, (step) => step.do)].map(([kind, same]) => {
    if (same.length === 1) return `1 ${WORDS[kind]}`;
    return `${same.length} ${kind === 'add-permissions' ? PLURALS[kind] : `${WORDS[kind]}s`}`;
  });
  const blocked = obstacles.length + rights.length;
  const obstacleCount =
    blocked === 0
      ? ''
      : ` Obstacles: ${blocked}, marked with "!". Apply does nothing for their chains.`;
  if (steps.length > 0) return `To add: ${counted.join(', ')}. Nothing is removed.${obstacleCount}`;
  return blocked === 0
    ? 'Nothing to do: IAM and Secret Manager have everything that the chain file needs.'
    : obstacleCount.trim();
}
