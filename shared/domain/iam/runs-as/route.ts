/** Things that run code as an account and that an audit can list in a project. */
export const WORKLOADS = {
  'run-service': 'Cloud Run service',
  'run-job': 'Cloud Run job',
  function: 'function',
  instance: 'Compute Engine instance',
  cluster: 'Kubernetes cluster',
  'dataproc-cluster': 'Dataproc cluster',
} as const;
export type WorkloadKind = keyof typeof WORKLOADS;

/** A way to run code as an account, for somebody who is not that account. */
export type Route = {
  readonly name: string;
  /** After "by": `a new Cloud Run service`. */
  readonly by: string;
  /** The member needs all of them in the project. The first one names the finding, if the route needs no `actAs`. */
  readonly permissions: readonly string[];
  /** The member also needs `iam.serviceAccounts.actAs` on the account. */
  readonly actAs: boolean;
  /**
   * What the route needs in the project. `nothing`: it makes something new, or changes something that then runs as the account. A kind of
   * workload: one that runs as the account. `unlisted`: the same, but Google documents no list for all locations. `kubernetes-account`: a
   * Kubernetes account of a cluster there has access. `agent`: an account of Google that acts for the project has access.
   */
  readonly needs: 'nothing' | WorkloadKind | 'unlisted' | 'kubernetes-account' | 'agent';
  /** The part before the `@` stays away: `cloudbuild` for `NUMBER@cloudbuild.gserviceaccount.com`. */
  readonly agent?: 'cloudbuild' | 'cloudservices';
  /** An ID token opens no Google API, and an HMAC key opens Cloud Storage alone. By default everything that the account can do. */
  readonly gives?: 'id-token' | 'storage';
  /** The route needs a setting that no list shows. */
  readonly uncertain?: true;
  readonly source: string;
  readonly fix: string;
};

type More = Partial<Pick<Route, 'gives' | 'uncertain'>>;

const FIX_ACT_AS =
  'Remove the member from the role with actAs on the account, or from the role in its project.';

/** Rows that need `actAs` on the account. */
export const withActAs =
  (source: string) =>
  (name: string, by: string, permissions: readonly string[], more: More = {}): Route => ({
    name,
    by,
    permissions,
    actAs: true,
    needs: 'nothing',
    source,
    fix: FIX_ACT_AS,
    ...more,
  });

/** Rows that need no `actAs`, because something runs as the account already. */
export const onWorkload =
  (needs: Route['needs'], source: string) =>
  (name: string, by: string, permissions: readonly string[], more: More = {}): Route => ({
    name,
    by,
    permissions,
    actAs: false,
    needs,
    source,
    fix: 'Remove the member from the role in the project, or let the workload run as another account.',
    ...more,
  });
