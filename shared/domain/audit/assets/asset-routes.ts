import { ACT_AS } from '../../iam/permissions.ts';
import type { Route } from '../../iam/runs-as/route.ts';
import { ANOTHER_PROJECT, HMAC_KEY, ROUTES } from '../../iam/runs-as/routes.ts';
import { isWorkloadKind, type Workload, workloadListOf } from '../../iam/runs-as/workload.ts';
import type { ServiceAccount, Snapshot } from '../../iam/snapshot.ts';
import type { Asset, AssetRoute } from './asset.ts';

const WITH_ACT_AS = ROUTES.filter(({ actAs, name }) => actAs && name !== ANOTHER_PROJECT.name);
const WITHOUT_ACT_AS = Map.groupBy(
  ROUTES.filter(({ actAs, name }) => !actAs && name !== HMAC_KEY.name),
  ({ needs }) => needs,
);

export const routesOn = (needs: Route['needs']): readonly Route[] =>
  WITHOUT_ACT_AS.get(needs) ?? [];

/**
 * The routes by which somebody with `actAs` on the account can run code as it. The member also needs the permissions of a route, and
 * something in the project may have to run as the account.
 *
 * @param opensGoogle an ID token of the account is not enough: Google's APIs do not accept one
 */
export function actAsRoutes(
  account: ServiceAccount,
  snapshot: Snapshot,
  opensGoogle: boolean,
): readonly AssetRoute[] {
  if (runningAs(account, snapshot).length > 0) return derivedRoutes(account, snapshot, opensGoogle);
  // Thousands of accounts of a project share one list.
  const known = ofProjects.get(snapshot) ?? new Map<string, readonly AssetRoute[]>();
  ofProjects.set(snapshot, known);
  const key = `${account.projectId} ${opensGoogle}`;
  const routes = known.get(key) ?? derivedRoutes(account, snapshot, opensGoogle);
  known.set(key, routes);
  return routes;
}

const ofProjects = new WeakMap<Snapshot, Map<string, readonly AssetRoute[]>>();

function derivedRoutes(
  account: ServiceAccount,
  snapshot: Snapshot,
  opensGoogle: boolean,
): readonly AssetRoute[] {
  const project = `projects/${account.projectId}`;
  const allowed = snapshot.crossProjectUse.get(account.projectId);
  const routes = WITH_ACT_AS.flatMap((route): AssetRoute[] => {
    if (opensGoogle && route.gives === 'id-token') return [];
    if (!isWorkloadKind(route.needs)) return [routeOf(route, ACT_AS, [], true)];
    const listed = snapshot.workloads.get(workloadListOf(project, route.needs));
    const running = runningAs(account, snapshot).filter(({ kind }) => kind === route.needs);
    if (listed && running.length === 0) return [];
    return [routeOf(route, ACT_AS, running, listed !== undefined)];
  });
  return allowed === false
    ? routes
    : [...routes, routeOf(ANOTHER_PROJECT, ACT_AS, [], allowed === true)];
}

const routeOf = (
  route: Route,
  opens: string,
  running: readonly Workload[],
  certain: boolean,
): AssetRoute => ({
  route,
  opens,
  workloads: running.map(({ name }) => name),
  certain: certain && !route.uncertain,
});

/** What runs as an account, as far as the audit listed it. */
export const runningAs = (
  { email }: ServiceAccount,
  { workloads }: Snapshot,
): readonly Workload[] => byAccount(workloads).get(email) ?? [];

const indexes = new WeakMap<Snapshot['workloads'], ReadonlyMap<string, readonly Workload[]>>();

function byAccount(workloads: Snapshot['workloads']): ReadonlyMap<string, readonly Workload[]> {
  const known = indexes.get(workloads);
  if (known) return known;
  const index = Map.groupBy([...workloads.values()].flat(), ({ account }) => account);
  indexes.set(workloads, index);
  return index;
}

/** `projects/acme-data` for `projects/acme-data/zones/europe-west3-a/instances/vm`. */
export const projectOfWorkload = ({ name }: Workload): string =>
  name.split('/').slice(0, 2).join('/');

/** What somebody can open by routes that need no `actAs`. Its permissions are the first ones of the routes. */
export const leverOf = (
  is: Asset['is'],
  name: string,
  resource: string,
  routes: readonly Route[],
  running: readonly Workload[] = [],
  certain = true,
): Pick<Asset, 'is' | 'name' | 'resource' | 'permissions' | 'routes'> => ({
  is,
  name,
  resource,
  permissions: [...new Set(routes.flatMap(({ permissions }) => permissions.slice(0, 1)))],
  routes: routes.map((route) => routeOf(route, route.permissions[0] ?? '', running, certain)),
});
