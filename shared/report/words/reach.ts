import type { Reach, ReachStep } from '../../domain/audit/access/reach.ts';
import type { ChainReport } from '../../domain/audit/report.ts';

/** The most members that a summary names. `./hopmint explain` lists all. */
const NAMED_AT_MOST = 3;

const stepText = ({ permission, on }: ReachStep): string => `${permission} on ${on}`;

/** A member, and the steps by which it gets the credential. */
export const reachText = ({ member, steps, possible }: Reach): string =>
  `${member}${possible ? ', possibly' : ''}: ${steps.map(stepText).join(', then ')}`;

/** The other members who can get a credential, in one line, shortest path first. Undefined without any. */
export function reachSummary({
  reach,
  reachCount,
}: Pick<ChainReport, 'reach' | 'reachCount'>): string | undefined {
  if (reachCount === 0) return undefined;
  const named = reach.slice(0, NAMED_AT_MOST).map(({ member }) => member);
  const more = reachCount - named.length;
  return `others who can get it: ${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}
