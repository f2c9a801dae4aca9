import { printable } from '../../../shared/domain/basics/text/printable.ts';
import type { OperatorPause } from '../../../shared/domain/published/header.ts';
import type { ChangedChain } from './changes.ts';
import type { Draft } from './draft.ts';
import type { Applied } from './unapplied.ts';

/** More lines of one kind do not help a person. `--json` has all. */
const LISTED = 50;

/** The list of what a publish changes, for people. */
export function draftText(draft: Draft, applied: Applied, allowed: ReadonlySet<string>): string {
  const { changes, pauses } = draft;
  const lines = [
    ...listed(changes.settings, (change) => `~ settings  ${change}`),
    ...listed(changes.added, (name) => `+ added     ${name}`),
    ...listed(changes.changed, changedLine),
    ...listed(changes.removed, (name) =>
      allowed.has(name) ? `- removed   ${name}` : `- removed   ${name}: needs --remove ${name}`,
    ),
    ...listed(pauses, pauseLine),
    ...listed(applied.unapplied, ({ chain, steps, obstacles }) => {
      const things = steps > 0 ? [`plan has ${count(steps, 'step')} to do`] : [];
      return `! unapplied ${chain}: ${[...things, ...obstacles].join('; ')}`;
    }),
    ...unknownLines(applied),
  ];
  return `${[...lines, '', summaryOf(draft, applied)].map(printable).join('\n')}\n`;
}

const changedLine = ({ name, changes, rotates }: ChangedChain): string =>
  `~ changed   ${name}: ${[...changes, ...(rotates ? ['it is rotated at once'] : [])].join(', ')}`;

const pauseLine = ({ chain, until, reason }: OperatorPause): string =>
  `  paused    ${chain} until ${until.toISOString()}, by an operator: ${reason}`;

/** One line for each reason: without the permission to read, it is the same for every chain. */
const unknownLines = ({ unknown }: Applied): string[] =>
  listed([...Map.groupBy(unknown, ({ reason }) => reason)], ([reason, chains]) => {
    const names = chains.slice(0, 5).map(({ chain }) => chain);
    const more = chains.length > 5 ? ` and ${chains.length - 5} more` : '';
    return `? unknown   whether plan has something to do for ${names.join(', ')}${more}: ${reason}`;
  });

function summaryOf({ chains, changes }: Draft, { unapplied }: Applied): string {
  const { added, changed, removed, unchanged } = changes;
  const counts = [
    [added.length, 'added'],
    [changed.length, 'changed'],
    [removed.length, 'removed'],
    [unchanged, 'unchanged'],
  ].flatMap(([n, what]) => (n === 0 ? [] : [`${n} ${what}`]));
  const plan = unapplied.length > 0 ? ' Run "./hopmint plan" to see what they still need.' : '';
  return `${count(chains, 'chain')}: ${counts.join(', ')}.${plan}`;
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

function listed<T>(items: readonly T[], line: (item: T) => string): string[] {
  const more = items.length - LISTED;
  return [
    ...items.slice(0, LISTED).map(line),
    ...(more > 0 ? [`  … and ${more} more lines like this: --json has all`] : []),
  ];
}
