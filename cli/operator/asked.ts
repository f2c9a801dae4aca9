import { type Refusal, refusalKey } from '../../shared/domain/basics/refusal.ts';
import { printable } from '../../shared/domain/basics/text/printable.ts';
import { type Asker, explainRefusal } from '../../shared/domain/grants/explain-refusal.ts';

/** More kinds of refusals are only counted. */
const EXPLAINED = 4;

/** The requests of a command that Google refused. */
export type Asked = {
  readonly refused: (refusal: Refusal) => void;
  /**
   * Who asked, for what, what is missing, and the command that grants it. Empty if nothing was refused.
   *
   * @param askerOf called only if something was refused
   */
  readonly explanation: (askerOf: () => Promise<Asker>) => Promise<string>;
};

export function asked(): Asked {
  const refusals = new Map<string, Refusal>();
  return {
    refused: (refusal) => refusals.set(refusalKey(refusal), refusal),
    explanation: async (askerOf) =>
      refusals.size === 0 ? '' : explanationOf([...refusals.values()], await askerOf()),
  };
}

/** What a command needed to do comes before what it wanted to read. */
const isRead = ({ request }: Refusal): boolean =>
  /\.(get|list|search|lookup|aggregatedList)\w*$/.test(request);

/** One part for each kind of request. Requests of one kind for several resources need the same right on each of them. */
export function explanationOf(refusals: readonly Refusal[], asker: Asker): string {
  const kinds = [
    ...Map.groupBy(
      refusals,
      ({ request, reason, permission }) => `${request} ${reason} ${permission}`,
    ).values(),
  ];
  // A command that helps is worth more than a refusal without one. What a disabled API has, nobody needs to read.
  const rank = ([one]: readonly Refusal[]): number =>
    one === undefined || one.api
      ? 4
      : (isRead(one) ? 2 : 0) + (explainRefusal(one, asker).command ? 0 : 1);
  const sorted = kinds.toSorted((a, b) => rank(a) - rank(b));
  const [[first] = []] = sorted;
  if (!first) return '';
  const { identity, source } = explainRefusal(first, asker);
  const left = sorted.slice(EXPLAINED).reduce((sum, { length }) => sum + length, 0);
  return [
    `Google refused ${refusals.length === 1 ? 'a request' : `${refusals.length} requests`} of ${printable(identity)}, by ${printable(source)}:\n`,
    ...sorted.slice(0, EXPLAINED).map((same) => partOf(same, asker)),
    ...(left > 0 ? [`  and ${left} more\n`] : []),
  ].join('');
}

function partOf([refusal, ...others]: readonly Refusal[], asker: Asker): string {
  if (!refusal) return '';
  const { request, missing, command } = explainRefusal(refusal, asker);
  const more = others.length > 0 ? ` and on ${others.length} more` : '';
  return [
    `  request  ${printable(request)}${more}\n`,
    `  missing  ${printable(missing)}\n`,
    ...(command === undefined ? [] : [`  command  ${printable(command)}\n`]),
  ].join('');
}
