import { projectOf } from '../chain/account.ts';
import type { Chain, ChainFile } from '../chain/chain.ts';
import { projectOfSecret } from '../chain/secret.ts';

export const FUNCTIONS = ['fanout', 'mint', 'audit'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** The variables of Terraform that doctor knows, or their defaults. */
export type Settings = {
  readonly region?: string;
  /** The services that have a customer-managed key, as `storage.googleapis.com`. */
  readonly withKeys: ReadonlySet<string>;
  /** The ingress of each function. */
  readonly ingress: Readonly<Record<FunctionName, string>>;
  /** The private pool of the builds, `projects/P/locations/L/workerPools/W`. */
  readonly workerPool?: string;
  /** Whether the installation logs Data Access. */
  readonly dataAccessLogs: boolean;
};

/** Without a variable, Terraform uses these. */
export const DEFAULTS: Settings = {
  withKeys: new Set(),
  ingress: { fanout: 'internal', mint: 'internal', audit: 'all' },
  dataAccessLogs: true,
};

/** An installation, and the projects that its chains concern. */
export type Installation = {
  readonly project: string;
  readonly file: ChainFile;
  readonly settings: Settings;
  /** The projects with secrets. */
  readonly secretProjects: readonly string[];
  /** The projects with delegates and targets, as far as emails name them. */
  readonly accountProjects: readonly string[];
  /** All of them, the project of the installation first. */
  readonly projects: readonly string[];
};

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

export function installationOf(
  project: string,
  file: ChainFile,
  settings: Settings = DEFAULTS,
): Installation {
  const secretProjects = unique(file.chains.map(({ secret }) => projectOfSecret(secret)));
  const accounts = file.chains.flatMap(({ delegates, target }) => [...delegates, target]);
  const accountProjects = unique(accounts.flatMap((account) => projectOf(account) ?? []));
  const projects = unique([project, ...secretProjects, ...accountProjects]);
  return { project, file, settings, secretProjects, accountProjects, projects };
}

/** The accounts that an installation has in its project. Without a name for the caller, Terraform makes `hopmint-minter`. */
export const accountsOf = ({ project, file }: Installation) => {
  const own = (name: string) => `hopmint-${name}@${project}.iam.gserviceaccount.com`;
  return {
    fanout: own('fanout'),
    mint: file.caller.email ?? own('minter'),
    audit: own('audit'),
    trigger: own('trigger'),
    check: own('check'),
    build: own('build'),
    deploy: own('deploy'),
  } as const;
};

export const accountResource = (email: string, project: string): string =>
  `projects/${projectOf({ email }) ?? project}/serviceAccounts/${email}`;

export const topicOf = ({ project }: Pick<Installation, 'project'>, name: string): string =>
  `projects/${project}/topics/hopmint-${name}`;

/** The push subscriptions. `deadlineSeconds`: a push must end before Pub/Sub sends its message again. */
export const SUBSCRIPTIONS = {
  tick: { topic: 'tick', to: 'fanout', path: '/', deadlineSeconds: 120 },
  mint: { topic: 'mint', to: 'mint', path: '/', deadlineSeconds: 120 },
  failed: { topic: 'failed', to: 'audit', path: '/failed', deadlineSeconds: 300 },
  changed: { topic: 'changed', to: 'audit', path: '/changed', deadlineSeconds: 300 },
  observe: { topic: 'tick', to: 'audit', path: '/observe', deadlineSeconds: 300 },
  canary: {
    topic: 'drift',
    to: 'audit',
    path: '/canary',
    deadlineSeconds: 60,
    filter: 'attributes.kind = "canary"',
  },
  secrets: { topic: 'changed', to: 'fanout', path: '/changed', deadlineSeconds: 120 },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly topic: string;
      readonly to: FunctionName;
      readonly path: string;
      readonly deadlineSeconds: number;
      /** Other messages of the topic are not pushed. */
      readonly filter?: string;
    }
  >
>;
export type SubscriptionName = keyof typeof SUBSCRIPTIONS;
export const SUBSCRIPTION_NAMES = Object.keys(SUBSCRIPTIONS) as readonly SubscriptionName[];

export const subscriptionOf = ({ project }: Installation, name: SubscriptionName): string =>
  `projects/${project}/subscriptions/hopmint-${name}`;

/** The chains whose secrets are in a project. */
export const chainsIn = (project: string, chains: readonly Chain[]): readonly Chain[] =>
  chains.filter(({ secret }) => projectOfSecret(secret) === project);
