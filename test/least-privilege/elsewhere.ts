import roles from '../../deploy/roles.json' with { type: 'json' };

/** A grant of a deployment beside what its functions hold. */
export type Elsewhere = {
  readonly who: RegExp;
  /** Google's, or one of `deploy/roles.json`. */
  readonly role: string;
  readonly on: RegExp;
  /** What of the role is used, by permission, and how that is known where nothing here can show it. */
  readonly uses: Readonly<Record<string, string>>;
  /** Why it is a role of Google's that holds more than that. */
  readonly more?: string;
};

const noCloudRun = 'the local cloud pushes to functions, and has no Cloud Run to ask';
const noBuild = 'the local cloud builds nothing';

const SERVICE = /^projects\/[^/]+\/locations\/[^/]+\/services\/hopmint-(fanout|mint|audit)$/;

/** Who may do what in a deployment, and is not shown to need it by running the product. */
export const ELSEWHERE: readonly Elsewhere[] = [
  {
    who: /^serviceAccount:hopmint-trigger@/,
    role: 'roles/run.servicesInvoker',
    on: SERVICE,
    uses: { 'run.routes.invoke': noCloudRun },
  },
  {
    who: /^serviceAccount:service-\d+@gcp-sa-monitoring-notification\.iam\./,
    role: 'roles/run.servicesInvoker',
    on: /\/services\/hopmint-audit$/,
    uses: { 'run.routes.invoke': 'the local cloud has no uptime checks' },
  },
  {
    who: /^serviceAccount:service-\d+@gcp-sa-iap\.iam\./,
    role: 'roles/run.servicesInvoker',
    on: /\/services\/hopmint-audit$/,
    uses: { 'run.routes.invoke': 'the local cloud has no Identity-Aware Proxy' },
  },
  {
    who: /^(user|group|domain|serviceAccount):/,
    role: 'roles/iap.httpsResourceAccessor',
    on: /^projects\/[^/]+\/iap_web\/compute\/services\/hopmint-audit$/,
    uses: {
      'iap.webServiceVersions.accessViaIAP': 'the local cloud has no Identity-Aware Proxy',
    },
  },
  {
    who: /^serviceAccount:service-(org-)?\d+@gcp-sa-logging\.iam\./,
    role: 'roles/pubsub.publisher',
    on: /\/topics\/hopmint-changed$/,
    uses: { 'pubsub.topics.publish': 'the local cloud has no log sinks' },
  },
  {
    who: /^serviceAccount:hopmint-build@/,
    role: 'hopmintDeployer',
    on: SERVICE,
    uses: { 'run.services.get': noCloudRun, 'run.services.update': noCloudRun },
  },
  {
    who: /^serviceAccount:hopmint-build@/,
    role: 'roles/iam.serviceAccountUser',
    on: /\/serviceAccounts\/(hopmint-(fanout|audit|minter)|minter)@/,
    uses: { 'iam.serviceAccounts.actAs': noCloudRun },
    more: 'the role that Cloud Run’s own pages name; beside it the role lets see the one account',
  },
  {
    who: /^serviceAccount:hopmint-build@/,
    role: 'roles/artifactregistry.writer',
    on: /\/repositories\//,
    uses: { 'artifactregistry.repositories.uploadArtifacts': noBuild },
    more: 'the role that Google’s pages name for a push, which also reads what is there; on the one repository',
  },
  {
    who: /^serviceAccount:hopmint-build@/,
    role: 'roles/logging.logWriter',
    on: /^projects\/[^/]+$/,
    uses: { 'logging.logEntries.create': noBuild },
    more: 'the role that Cloud Build’s own pages name; beside it the role lets route log entries',
  },
  {
    who: /^serviceAccount:hopmint-build@/,
    role: 'roles/storage.objectViewer',
    on: /^buckets\/.*-source$/,
    uses: { 'storage.objects.get': noBuild },
    more: 'it also lists: the bucket holds nothing but what is built',
  },
];

/** The custom roles of `deploy/roles.json` that are shown here, permission by permission. */
export const listedIn = (role: string): string[] =>
  ELSEWHERE.filter((one) => one.role === role).flatMap(({ uses }) => Object.keys(uses));

export const CUSTOM = Object.keys(roles) as (keyof typeof roles)[];
