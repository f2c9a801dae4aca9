import type { Reach, ReachStep } from '../../domain/audit/access/reach.ts';

/** In a report; `./hopmint explain` tells them all. */
const SHORTLY = 3;

const stepText = ({ permission, on }: ReachStep): string => `${permission} on ${on}`;

/** Who, and what he does one after the other until he has the credential. */
export const reachText = ({ member, steps, possible }: Reach): string =>
  `${member}${possible ? ', possibly' : ''}: ${steps.map(stepText).join(', then ')}`;

/** Who else, in one line, the nearest first. None where there is nobody. */
export function reachSummary(reach: readonly Reach[]): string | undefined {
  if (reach.length === 0) return undefined;
  const named = reach.slice(0, SHORTLY).map(({ member }) => member);
  const more = reach.length - named.length;
  return `also in reach of ${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}
