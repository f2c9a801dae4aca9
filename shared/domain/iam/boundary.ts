import type { Failure } from '../basics/failure.ts';
import type { Denial } from './deny-rules.ts';
import type { Truth } from './three-valued.ts';

/** A principal access boundary policy that is bound to the principals of a container. */
export type BoundBoundary = {
  /** `organizations/O/locations/global/principalAccessBoundaryPolicies/B` */
  readonly name: string;
  /** The binding has a condition: it is for some principals only. We do not evaluate it. */
  readonly isConditional: boolean;
  /** Why the policy could not be read. */
  readonly unread?: Failure;
  /** Absent if the policy could not be read. */
  readonly policy?: {
    /** The containers that the principals may access: `projects/P`, `folders/N` or `organizations/N`. */
    readonly containers: readonly string[];
    /** A number, or `latest`. */
    readonly enforcementVersion: string;
  };
};

/** From this version on, a boundary covers service accounts. @see https://cloud.google.com/iam/docs/pab-blocked-permissions */
const COVERS_ACCOUNTS = 3;

const whyOf = ({ unread }: BoundBoundary): string => {
  if (!unread) return '';
  const missing = unread.permission === undefined ? '' : `, without ${unread.permission}`;
  return ` (${unread.detail}${missing})`;
};

const coversAccounts = ({ policy }: BoundBoundary): boolean =>
  policy === undefined ||
  policy.enforcementVersion === 'latest' ||
  Number(policy.enforcementVersion) >= COVERS_ACCOUNTS;

/**
 * What the boundaries of a principal take away on a resource. Several boundaries allow the union of their containers.
 *
 * @param bound the boundaries of all containers above the principal
 * @param goal the names of the containers above the resource
 * @returns nothing if they surely leave the access
 */
export function boundaryDenial(
  bound: readonly BoundBoundary[],
  goal: ReadonlySet<string>,
): Denial | undefined {
  const covering = bound.filter(coversAccounts);
  const reaches = ({ policy }: BoundBoundary) =>
    policy?.containers.some((container) => goal.has(container)) ?? false;
  const certain = covering.filter(({ isConditional, policy }) => !isConditional && policy);
  const others = covering.filter((one) => !certain.includes(one));
  if (certain.some(reaches)) return undefined;
  if (certain.length === 0 && others.every(reaches)) return undefined;
  const denies: Truth =
    certain.length > 0 && others.every((one) => one.policy && !reaches(one)) ? 'yes' : 'unknown';
  const [first] = denies === 'yes' ? certain : others;
  if (!first) return undefined;
  const id = first.name.split('/').at(-1);
  const because =
    denies === 'yes'
      ? `the principal access boundary ${id} leaves it no access there`
      : first.policy
        ? `whether the condition of the principal access boundary ${id} holds for it is unknown`
        : `the principal access boundary ${id} was not read${whyOf(first)}`;
  return {
    policy: first.name,
    rule: 1,
    denies,
    member: 'yes',
    condition: denies,
    boundary: because,
  };
}
