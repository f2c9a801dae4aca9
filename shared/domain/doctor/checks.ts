/** The part of an installation that a check is about. */
export type Group =
  | 'identity'
  | 'projects'
  | 'organization'
  | 'agents'
  | 'build'
  | 'services'
  | 'messages'
  | 'logs'
  | 'chains'
  | 'probe';

/**
 * When a check applies. `always`: before installing too. `installed`: the deployment must be there. `probe`: only with `--probe`, because it
 * publishes a message.
 */
export type Phase = 'always' | 'installed' | 'probe';

/** A row of the table of checks. */
export type Check = {
  readonly group: Group;
  readonly phase: Phase;
  /** What is true if the check is ok. */
  readonly asks: string;
  /** The permissions that the check reads with. */
  readonly permissions: readonly string[];
};

/** The project itself, and the folders and the organization above it. */
const ANCESTRY = ['resourcemanager.projects.get', 'resourcemanager.folders.get'];
const PROJECT_POLICY = 'resourcemanager.projects.getIamPolicy';
const ORG_POLICY = 'orgpolicy.policy.get';
const ROLE = 'iam.roles.get';
const SERVICES = 'run.services.list';
const SUBSCRIPTION = 'pubsub.subscriptions.get';

/** Every check of `./hopmint doctor`, in the order in which they are printed. */
export const CHECKS = {
  identity: {
    group: 'identity',
    phase: 'always',
    asks: 'Google knows the identity of this command',
    permissions: [],
  },
  'quota-project': {
    group: 'identity',
    phase: 'always',
    asks: 'a project of yours is charged for the calls of this command',
    permissions: [],
  },
  clock: {
    group: 'identity',
    phase: 'always',
    asks: 'the clock of this machine agrees with the clock of Google',
    permissions: [],
  },

  projects: {
    group: 'projects',
    phase: 'always',
    asks: 'every project of the installation and of its chains exists and is active',
    permissions: ANCESTRY,
  },
  apis: {
    group: 'projects',
    phase: 'always',
    asks: 'the APIs of the installation are enabled in its project, and those of this command in the quota project',
    permissions: ['serviceusage.services.get'],
  },
  'apis-secrets': {
    group: 'projects',
    phase: 'always',
    asks: 'Secret Manager is enabled in every project with secrets of chains',
    permissions: ['serviceusage.services.get'],
  },
  'apis-accounts': {
    group: 'projects',
    phase: 'always',
    asks: 'IAM and IAM Credentials are enabled in every project with delegates or targets',
    permissions: ['serviceusage.services.get', 'iam.serviceAccounts.get'],
  },

  'policy-locations': {
    group: 'organization',
    phase: 'always',
    asks: 'gcp.resourceLocations allows the region of the installation and the locations of the secrets',
    permissions: [ORG_POLICY],
  },
  'policy-keys': {
    group: 'organization',
    phase: 'always',
    asks: 'gcp.restrictNonCmekServices asks for no customer-managed key that is missing',
    permissions: [ORG_POLICY],
  },
  'policy-ingress': {
    group: 'organization',
    phase: 'always',
    asks: 'run.allowedIngress allows the ingress of each function',
    permissions: [ORG_POLICY],
  },
  'policy-worker-pools': {
    group: 'organization',
    phase: 'always',
    asks: 'cloudbuild.allowedWorkerPools allows the pool of the builds',
    permissions: [ORG_POLICY],
  },
  'policy-account-creation': {
    group: 'organization',
    phase: 'always',
    asks: 'the accounts of the installation exist, or iam.disableServiceAccountCreation does not forbid them',
    permissions: [ORG_POLICY, 'iam.serviceAccounts.get'],
  },
  'policy-member-domains': {
    group: 'organization',
    phase: 'always',
    asks: 'iam.allowedPolicyMemberDomains does not refuse the members that need a grant',
    permissions: [ORG_POLICY],
  },
  'policy-key-creation': {
    group: 'organization',
    phase: 'always',
    asks: 'iam.disableServiceAccountKeyCreation protects the accounts of the chains',
    permissions: [ORG_POLICY],
  },
  'policy-lifetime': {
    group: 'organization',
    phase: 'always',
    asks: 'iam.allowServiceAccountCredentialLifetimeExtension allows every target with a lifetime of more than an hour',
    permissions: [ORG_POLICY],
  },
  'access-boundaries': {
    group: 'organization',
    phase: 'always',
    asks: 'no principal access boundary keeps an account of a chain from the next account',
    permissions: [
      ...ANCESTRY,
      'resourcemanager.projects.searchPolicyBindings',
      'resourcemanager.folders.searchPolicyBindings',
      'resourcemanager.organizations.searchPolicyBindings',
      'iam.principalaccessboundarypolicies.get',
    ],
  },

  'agent-push': {
    group: 'agents',
    phase: 'installed',
    asks: "Pub/Sub's agent may sign pushes as hopmint-trigger",
    permissions: ['iam.serviceAccounts.getIamPolicy', PROJECT_POLICY, ROLE],
  },
  'agent-dead-letters': {
    group: 'agents',
    phase: 'installed',
    asks: "Pub/Sub's agent may move a message that crashes a function to hopmint-dead",
    permissions: ['pubsub.topics.getIamPolicy', 'pubsub.subscriptions.getIamPolicy', ROLE],
  },
  'agent-scheduler': {
    group: 'agents',
    phase: 'installed',
    asks: "Cloud Scheduler's agent has its role",
    permissions: [PROJECT_POLICY],
  },
  'agent-build': {
    group: 'agents',
    phase: 'installed',
    asks: "Cloud Build's agent has its role",
    permissions: [PROJECT_POLICY],
  },
  'agent-run': {
    group: 'agents',
    phase: 'installed',
    asks: "Cloud Run's agent has its role",
    permissions: [PROJECT_POLICY],
  },
  'agent-uptime': {
    group: 'agents',
    phase: 'installed',
    asks: "Monitoring's agent may call audit",
    permissions: [SERVICES, 'run.services.getIamPolicy', PROJECT_POLICY, ROLE],
  },

  'build-operations': {
    group: 'build',
    phase: 'installed',
    asks: 'hopmint-deploy may wait for the operation that changes a service',
    permissions: [PROJECT_POLICY, ROLE],
  },
  'build-services': {
    group: 'build',
    phase: 'installed',
    asks: 'hopmint-deploy may change each service, and act as its account',
    permissions: [
      SERVICES,
      'run.services.getIamPolicy',
      'iam.serviceAccounts.getIamPolicy',
      PROJECT_POLICY,
      ROLE,
    ],
  },

  'service-images': {
    group: 'services',
    phase: 'installed',
    asks: 'each service runs an image of Hopmint, and no placeholder',
    permissions: [SERVICES],
  },
  'service-accounts': {
    group: 'services',
    phase: 'installed',
    asks: 'each function runs as its own account, and mint as the caller',
    permissions: [SERVICES],
  },
  'service-invokers': {
    group: 'services',
    phase: 'installed',
    asks: 'hopmint-trigger may call each service',
    permissions: [SERVICES, 'run.services.getIamPolicy', PROJECT_POLICY, ROLE],
  },

  'subscription-form': {
    group: 'messages',
    phase: 'installed',
    asks: 'each subscription pushes in the form that the functions read, to the right address',
    permissions: [SERVICES, SUBSCRIPTION],
  },
  'subscription-identity': {
    group: 'messages',
    phase: 'installed',
    asks: 'each push is signed as hopmint-trigger, for the address of the service',
    permissions: [SERVICES, SUBSCRIPTION],
  },
  'subscription-delivery': {
    group: 'messages',
    phase: 'installed',
    asks: 'each subscription has its deadline and its dead letters, and never expires',
    permissions: [SUBSCRIPTION],
  },
  ticks: {
    group: 'messages',
    phase: 'installed',
    asks: 'Cloud Scheduler publishes ticks as often as the chain file says',
    permissions: [SERVICES, 'cloudscheduler.jobs.get'],
  },

  'audit-logs': {
    group: 'logs',
    phase: 'installed',
    asks: 'the audit log has reads of secrets, mints and writes of the chain file',
    permissions: [PROJECT_POLICY],
  },
  'sink-filter': {
    group: 'logs',
    phase: 'installed',
    asks: 'a log sink exports the changes that the audit follows',
    permissions: ['logging.sinks.list', ...ANCESTRY],
  },
  'sink-writer': {
    group: 'logs',
    phase: 'installed',
    asks: 'each log sink may publish to hopmint-changed',
    permissions: ['logging.sinks.list', ...ANCESTRY, 'pubsub.topics.getIamPolicy', ROLE],
  },
  'quota-names': {
    group: 'logs',
    phase: 'installed',
    asks: 'Monitoring knows the quotas by the names that the alert quota-near uses',
    permissions: ['monitoring.timeSeries.list'],
  },

  'chain-file': {
    group: 'chains',
    phase: 'installed',
    asks: 'the published chain file passes, and its caller is the account of mint',
    permissions: ['storage.objects.get', SERVICES],
  },

  'probe-fanout': {
    group: 'probe',
    phase: 'probe',
    asks: 'fanout answered a probing tick',
    permissions: ['logging.logEntries.list'],
  },
  'probe-mint': {
    group: 'probe',
    phase: 'probe',
    asks: 'mint answered a probing tick',
    permissions: ['logging.logEntries.list'],
  },
} as const satisfies Readonly<Record<string, Check>>;

export type CheckId = keyof typeof CHECKS;

export const CHECK_IDS = Object.keys(CHECKS) as readonly CheckId[];

/** The checks of one run. @param only.before before installing: the deployment need not exist yet */
export const checksFor = (only: { readonly before: boolean; readonly probe: boolean }): CheckId[] =>
  CHECK_IDS.filter((id) => {
    const { phase } = CHECKS[id];
    return phase === 'always' || (phase === 'installed' ? !only.before : only.probe);
  });
