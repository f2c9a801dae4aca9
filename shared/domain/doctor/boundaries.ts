import type { Failure } from '../basics/failure.ts';
import type { Result } from '../basics/result.ts';
import { commandLine } from '../basics/text/shell-line.ts';
import type { Boundary } from './facts.ts';
import { failed, type Judged, ok, together, unknown, unread } from './judged.ts';

/** From this version on, a boundary covers service accounts. @see https://cloud.google.com/iam/docs/pab-blocked-permissions */
const COVERS_ACCOUNTS = 3;

/** Accounts of one project that need a permission on accounts of another one, or of the same. */
export type Reach = { readonly from: string; readonly to: string };

/** What is known of a project: the containers that it is in, itself included, by ID and by number. */
export type Ancestry = {
  readonly containers: readonly string[];
  readonly boundaries: readonly {
    readonly container: string;
    readonly read: Result<readonly Boundary[], Failure>;
  }[];
  /** Why the containers above are not all known. */
  readonly unread?: Failure;
};

const coversAccounts = ({ enforcementVersion }: Boundary): boolean =>
  enforcementVersion === 'latest' || Number(enforcementVersion) >= COVERS_ACCOUNTS;

/** Several boundaries allow the union of their resources. */
export const judgeBoundaries = (
  reaches: readonly Reach[],
  ancestries: ReadonlyMap<string, Ancestry>,
): Judged =>
  together(
    reaches.map(({ from, to }) => {
      const [source, goal] = [ancestries.get(from), ancestries.get(to)];
      if (!source || !goal) return unknown(`${from}: not read`);
      const refused = source.boundaries.flatMap(({ container, read }) =>
        read.ok ? [] : [unread(`the access boundaries of ${container}`, read.error)],
      );
      const bound = source.boundaries
        .flatMap(({ read }) => (read.ok ? read.value : []))
        .filter(coversAccounts);
      const isReached = ({ containers }: Boundary) =>
        containers.some((container) => goal.containers.includes(container));
      if (bound.length > 0 && !bound.some(isReached)) {
        const [first] = bound as [Boundary];
        if (goal.unread) return unread(`the folders above ${to}`, goal.unread);
        const which = bound.map(({ name }) => name.split('/').at(-1)).join(', ');
        const text = `${which} leaves accounts of ${from} no access to ${to}`;
        return bound.every(({ isConditional }) => isConditional)
          ? unknown(`${text}, if its condition is true for them`)
          : failed(text, addResource(first, to));
      }
      if (refused.length > 0) return together(refused);
      if (source.unread) return unread(`the folders above ${from}`, source.unread);
      const by =
        bound.length > 0
          ? `, allowed by ${bound.map(({ name }) => name.split('/').at(-1)).join(', ')}`
          : '';
      return ok(`${from} to ${to}${by}`);
    }),
  );

/** Adds a rule to the boundary. */
function addResource({ name }: Boundary, project: string): string {
  const [, organization = '', , location = 'global', , id = ''] = name.split('/');
  const resource = `//cloudresourcemanager.googleapis.com/projects/${project}`;
  return commandLine('gcloud iam principal-access-boundary-policies update', [
    id,
    `--organization=${organization}`,
    `--location=${location}`,
    `--add-details-rules=${JSON.stringify({ effect: 'ALLOW', resources: [resource] })}`,
  ]);
}
