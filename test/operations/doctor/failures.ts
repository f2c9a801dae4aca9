import type { State } from '../../../local/state/state.ts';
import type { CheckId } from '../../../shared/domain/doctor/checks.ts';
import { AGENTS, CHAINS, OPS, type Run } from './installed.ts';

export const ORGANIZATION = 'organizations/900000000001';
export const ADA = 'user:ada@acme.com';
const own = (name: string) => `hopmint-${name}@acme-ops.iam.gserviceaccount.com`;
export const service = (name: string) => `${OPS}/locations/europe-west1/services/hopmint-${name}`;
const subscription = (name: string) => `${OPS}/subscriptions/hopmint-${name}`;
const TRIGGER = `${OPS}/serviceAccounts/${own('trigger')}`;
const DEPLOY = `serviceAccount:${own('deploy')}`;
const JOB = `${OPS}/locations/europe-west1/jobs/hopmint-tick`;

/** Removes the grants of a role, or of a member. */
const revoke = (resource: string, what: string) => (state: State) => {
  const policy = state.policies.get(resource);
  const bindings = policy?.bindings?.filter(
    ({ role, members }) => role !== what && !members.includes(what),
  );
  state.policies.set(resource, { ...policy, bindings: bindings ?? [] });
};
const orgPolicy =
  (container: 'acme-ops' | 'acme-data', constraint: string, policy: object) => (state: State) => {
    const project = state.projects.get(container);
    if (project) project.orgPolicies = { ...project.orgPolicies, [constraint]: policy };
  };
const change =
  <K extends 'subscriptions' | 'runServices' | 'jobs' | 'sinks'>(
    map: K,
    name: string,
    part: object,
  ) =>
  (state: State) => {
    Object.assign(state[map].get(name) as object, part);
  };
const push = (part: object) => (state: State) => {
  const found = state.subscriptions.get(subscription('mint'));
  if (found) found.pushConfig = { ...found.pushConfig, ...part };
};
const enabled = (project: string, services: string[]) => (state: State) => {
  const found = state.projects.get(project);
  if (found) found.services = services;
};
export const LOGIN = { kind: 'login', text: 'the login of gcloud' } as const;
const SINK = `${ORGANIZATION}/sinks/hopmint-changed-acme-ops`;

/** One change with which a check fails. */
export type Row = {
  readonly id: CheckId;
  readonly when: string;
  readonly edit?: (state: State) => void;
  readonly run?: Partial<Run>;
  readonly says: string;
  readonly fix: string;
};

export const rows: readonly Row[] = [
  {
    id: 'identity',
    when: 'the token has narrow scopes',
    run: { scopes: ['https://www.googleapis.com/auth/pubsub', 'email'] },
    says: 'has only these scopes: https://www.googleapis.com/auth/pubsub',
    fix: 'gcloud auth print-access-token > "$CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"',
  },
  {
    id: 'identity',
    when: 'Google does not know the token',
    run: { token: 'ya29.unknown', source: LOGIN },
    says: 'Google does not accept the token from the login of gcloud',
    fix: 'gcloud auth application-default login',
  },
  {
    id: 'quota-project',
    when: 'a login names none',
    run: { source: LOGIN },
    says: 'project 764086051850',
    fix: 'gcloud auth application-default set-quota-project acme-ops',
  },
  {
    id: 'quota-project',
    when: 'the identity may not use it',
    run: { member: ADA, source: { ...LOGIN, quotaProject: 'acme-data' } },
    says: 'the quota project is acme-data, and you lack serviceusage.services.use there',
    fix: 'gcloud projects add-iam-policy-binding acme-data --member=user:ada@acme.com --role=roles/serviceusage.serviceUsageConsumer --condition=None',
  },
  {
    id: 'clock',
    when: 'this machine is a minute and a half ahead',
    run: { aheadSeconds: 90 },
    says: 'this machine is 90 s ahead of Google',
    fix: 'sudo timedatectl set-ntp true',
  },
  {
    id: 'projects',
    when: 'one is being deleted',
    edit: (state) =>
      Object.assign(state.projects.get('acme-data') ?? {}, { deleteTime: '2026-11-21T00:00:00Z' }),
    says: 'acme-data is being deleted',
    fix: 'gcloud projects undelete acme-data',
  },
  {
    id: 'apis',
    when: 'one is not enabled',
    edit: enabled('acme-ops', []),
    run: { before: true },
    says: 'not enabled in acme-ops: cloudresourcemanager.googleapis.com, serviceusage.googleapis.com',
    fix: 'gcloud services enable cloudresourcemanager.googleapis.com serviceusage.googleapis.com --project=acme-ops',
  },
  {
    id: 'apis',
    when: 'one is not enabled in the quota project',
    edit: enabled('acme-data', ['iam.googleapis.com']),
    run: { source: { ...LOGIN, quotaProject: 'acme-data' }, before: true },
    says: 'not enabled in acme-data: cloudresourcemanager.googleapis.com, iamcredentials',
    fix: 'gcloud services enable cloudresourcemanager.googleapis.com',
  },
  {
    id: 'apis-secrets',
    when: 'Secret Manager is not enabled where a secret is',
    edit: enabled('acme-data', ['iam.googleapis.com', 'iamcredentials.googleapis.com']),
    says: 'not enabled in acme-data: secretmanager.googleapis.com',
    fix: 'gcloud services enable secretmanager.googleapis.com --project=acme-data',
  },
  {
    id: 'apis-accounts',
    when: 'IAM Credentials is not enabled where a target is',
    edit: enabled('acme-data', ['iam.googleapis.com', 'secretmanager.googleapis.com']),
    says: 'not enabled in acme-data: iamcredentials.googleapis.com',
    fix: 'gcloud services enable iamcredentials.googleapis.com --project=acme-data',
  },
  {
    id: 'policy-locations',
    when: 'the region is not allowed',
    edit: orgPolicy('acme-ops', 'gcp.resourceLocations', {
      allowedValues: ['in:us-locations', 'global'],
    }),
    says: 'the installation needs europe-west1 in acme-ops',
    fix: 'gcloud resource-manager org-policies allow gcp.resourceLocations in:europe-west1-locations global --project=acme-ops',
  },
  {
    id: 'policy-locations',
    when: 'a secret with automatic replication needs more than a region',
    edit: orgPolicy('acme-data', 'gcp.resourceLocations', { allowedValues: ['in:eu-locations'] }),
    says: 'the secret of batch needs global in acme-data',
    fix: 'gcloud resource-manager org-policies allow gcp.resourceLocations global --project=acme-data',
  },
  {
    id: 'policy-keys',
    when: 'topics need a key and have none',
    edit: orgPolicy('acme-ops', 'gcp.restrictNonCmekServices', {
      deniedValues: ['is:pubsub.googleapis.com'],
    }),
    says: 'acme-ops requires a customer-managed key for pubsub.googleapis.com',
    fix: 'gcloud org-policies reset gcp.restrictNonCmekServices --project=acme-ops',
  },
  {
    id: 'policy-ingress',
    when: 'audit may not be open to all networks',
    edit: orgPolicy('acme-ops', 'run.allowedIngress', { allowedValues: ['is:internal'] }),
    says: 'does not allow the ingress of audit all',
    fix: 'gcloud resource-manager org-policies allow run.allowedIngress internal all --project=acme-ops',
  },
  {
    id: 'policy-worker-pools',
    when: 'the default pool is not allowed',
    edit: orgPolicy('acme-ops', 'cloudbuild.allowedWorkerPools', {
      allowedValues: ['under:folders/800000000001'],
    }),
    says: 'the builds use the default pool',
    fix: 'gcloud org-policies reset cloudbuild.allowedWorkerPools --project=acme-ops',
  },
  {
    id: 'policy-account-creation',
    when: 'new accounts are forbidden and one is missing',
    edit: (state) => {
      orgPolicy('acme-ops', 'iam.disableServiceAccountCreation', { enforce: true })(state);
      state.accountsByEmail.delete(own('check'));
    },
    says: `these are missing: ${own('check')}`,
    fix: 'gcloud resource-manager org-policies disable-enforce iam.disableServiceAccountCreation --project=acme-ops',
  },
  {
    id: 'policy-member-domains',
    when: 'only members of one domain are allowed before installing',
    edit: orgPolicy('acme-ops', 'iam.allowedPolicyMemberDomains', { allowedValues: ['C0abc'] }),
    run: { before: true },
    says: "refuses Google's account that writes the log sink",
    fix: 'gcloud org-policies reset iam.allowedPolicyMemberDomains --project=acme-ops',
  },
  {
    id: 'policy-key-creation',
    when: 'keys are allowed where a target is',
    edit: orgPolicy('acme-data', 'iam.disableServiceAccountKeyCreation', { enforce: false }),
    says: 'acme-data: an identity that may create a key',
    fix: 'gcloud resource-manager org-policies enable-enforce iam.disableServiceAccountKeyCreation --project=acme-data',
  },
  {
    id: 'policy-lifetime',
    when: 'the constraint does not list a target',
    edit: orgPolicy('acme-data', 'iam.allowServiceAccountCredentialLifetimeExtension', {
      allowedValues: [],
    }),
    says: 'batch: the policy does not list batch@acme-data.iam.gserviceaccount.com',
    fix: 'gcloud resource-manager org-policies allow iam.allowServiceAccountCredentialLifetimeExtension batch@acme-data.iam.gserviceaccount.com --project=acme-data',
  },
  {
    id: 'access-boundaries',
    when: 'a boundary leaves the caller only its own project',
    edit: (state) => {
      const name = `${ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/ops-only`;
      state.accessBoundaries.set(name, {
        name,
        resources: ['//cloudresourcemanager.googleapis.com/projects/acme-ops'],
        enforcementVersion: '4',
        boundTo: [{ container: 'folders/800000000001' }],
      });
    },
    says: 'ops-only leaves accounts of acme-ops no access to acme-data',
    fix: 'gcloud iam principal-access-boundary-policies update ops-only --organization=900000000001 --location=global',
  },
  {
    id: 'agent-push',
    when: 'its grant on the trigger is missing',
    edit: revoke(TRIGGER, AGENTS.pubsub),
    says: "Pub/Sub's agent lacks iam.serviceAccounts.getOpenIdToken",
    fix: `gcloud iam service-accounts add-iam-policy-binding ${own('trigger')} --member=${AGENTS.pubsub} --role=roles/iam.serviceAccountOpenIdTokenCreator --condition=None --project=acme-ops`,
  },
  {
    id: 'agent-dead-letters',
    when: 'it may not acknowledge the messages of a subscription',
    edit: revoke(subscription('mint'), AGENTS.pubsub),
    says: `lacks pubsub.subscriptions.consume on subscriptions/hopmint-mint`,
    fix: `gcloud pubsub subscriptions add-iam-policy-binding hopmint-mint --member=${AGENTS.pubsub} --role=roles/pubsub.subscriber --project=acme-ops`,
  },
  ...(
    [
      ['agent-scheduler', AGENTS.scheduler, 'roles/cloudscheduler.serviceAgent'],
      ['agent-build', AGENTS.build, 'roles/cloudbuild.serviceAgent'],
      ['agent-run', AGENTS.run, 'roles/run.serviceAgent'],
    ] as const
  ).map(([id, member, role]) => ({
    id,
    when: 'it lost its role',
    edit: revoke(OPS, role),
    says: `lacks ${role} on acme-ops`,
    fix: `gcloud projects add-iam-policy-binding acme-ops --member=${member} --role=${role} --condition=None`,
  })),
  {
    id: 'agent-uptime',
    when: 'it may not call audit',
    edit: revoke(service('audit'), AGENTS.monitoring),
    says: `Monitoring's agent lacks run.routes.invoke on services/hopmint-audit`,
    fix: `gcloud run services add-iam-policy-binding hopmint-audit --member=${AGENTS.monitoring} --role=roles/run.servicesInvoker --region=europe-west1 --project=acme-ops`,
  },
  {
    id: 'build-operations',
    when: 'the role for operations is not granted',
    edit: revoke(OPS, DEPLOY),
    says: 'hopmint-deploy lacks run.operations.get on projects/acme-ops',
    fix: `gcloud projects add-iam-policy-binding acme-ops --member=${DEPLOY} --role=projects/acme-ops/roles/hopmintOperations --condition=None`,
  },
  {
    id: 'build-operations',
    when: 'the role for operations lost its permission',
    edit: (state) => {
      const role = state.roles.get('projects/acme-ops/roles/hopmintOperations');
      if (role) role.includedPermissions = [];
    },
    says: 'hopmint-deploy lacks run.operations.get',
    fix: 'hopmintOperations',
  },
  {
    id: 'build-services',
    when: 'it may not act as the caller',
    edit: revoke(`${OPS}/serviceAccounts/minter@acme-ops.iam.gserviceaccount.com`, DEPLOY),
    says: 'hopmint-deploy lacks iam.serviceAccounts.actAs',
    fix: `gcloud iam service-accounts add-iam-policy-binding minter@acme-ops.iam.gserviceaccount.com --member=${DEPLOY} --role=roles/iam.serviceAccountUser`,
  },
  {
    id: 'service-images',
    when: 'a service still runs the placeholder',
    edit: change('runServices', service('mint'), {
      image: 'gcr.io/google.com/cloudsdktool/google-cloud-cli@sha256:08',
      command: ['python3'],
    }),
    says: 'mint runs python3 in gcr.io/google.com/cloudsdktool/google-cloud-cli@sha256:08',
    fix: 'deploy/build acme-ops europe-west1',
  },
  {
    id: 'service-images',
    when: 'a service is not there',
    edit: (state) => state.runServices.delete(service('audit')),
    says: 'there is no service hopmint-audit in acme-ops',
    fix: 'terraform apply',
  },
  {
    id: 'service-accounts',
    when: 'mint runs as another account than the caller',
    edit: change('runServices', service('mint'), { serviceAccount: own('audit') }),
    says: `mint runs as ${own('audit')}, and not as minter@acme-ops.iam.gserviceaccount.com`,
    fix: 'gcloud run services update hopmint-mint --service-account=minter@acme-ops.iam.gserviceaccount.com --region=europe-west1 --project=acme-ops',
  },
  {
    id: 'service-invokers',
    when: 'the trigger may not call mint',
    edit: revoke(service('mint'), `serviceAccount:${own('trigger')}`),
    says: `hopmint-trigger lacks run.routes.invoke on services/hopmint-mint`,
    fix: `gcloud run services add-iam-policy-binding hopmint-mint --member=serviceAccount:${own('trigger')} --role=roles/run.servicesInvoker --region=europe-west1 --project=acme-ops`,
  },
  {
    id: 'subscription-form',
    when: 'a push has an attribute of CloudEvents',
    edit: push({
      pushEndpoint:
        'https://hopmint-mint-700000000001.europe-west1.run.app/?__GCP_CloudEventsMode=CE_PUBSUB_BINDING',
    }),
    says: 'hopmint-mint pushes to https://hopmint-mint-700000000001.europe-west1.run.app/?__GCP_CloudEventsMode',
    fix: `gcloud pubsub subscriptions update hopmint-mint --push-endpoint=https://hopmint-mint-700000000001.europe-west1.run.app/ --push-auth-service-account=${own('trigger')} --push-auth-token-audience=https://hopmint-mint-700000000001.europe-west1.run.app --project=acme-ops`,
  },
  {
    id: 'subscription-form',
    when: 'a subscription is missing',
    edit: (state) => state.subscriptions.delete(subscription('observe')),
    says: 'there is no subscription hopmint-observe in acme-ops',
    fix: 'terraform apply',
  },
  {
    id: 'subscription-form',
    when: 'the subscription of the canary gets every message',
    edit: change('subscriptions', subscription('canary'), { filter: undefined }),
    says: 'hopmint-canary has the filter (none), and not attributes.kind = "canary"',
    fix: 'terraform apply',
  },
  {
    id: 'subscription-identity',
    when: 'a push is not signed',
    edit: push({ oidcToken: undefined }),
    says: 'a push of hopmint-mint is signed as nobody',
    fix: '--push-auth-service-account',
  },
  {
    id: 'subscription-identity',
    when: 'a push is signed for another audience',
    edit: push({ oidcToken: { serviceAccountEmail: own('trigger'), audience: 'https://other' } }),
    says: 'a push of hopmint-mint has the audience https://other',
    fix: '--push-auth-token-audience=https://hopmint-mint-700000000001.europe-west1.run.app',
  },
  {
    id: 'subscription-delivery',
    when: 'the deadline is that of Pub/Sub',
    edit: change('subscriptions', subscription('mint'), { ackDeadlineSeconds: 10 }),
    says: 'hopmint-mint has a deadline of 10 s, and needs 120 s',
    fix: 'gcloud pubsub subscriptions update hopmint-mint --ack-deadline=120 --project=acme-ops',
  },
  {
    id: 'subscription-delivery',
    when: 'there are no dead letters, and it expires',
    edit: change('subscriptions', subscription('tick'), {
      deadLetterPolicy: undefined,
      expirationPolicy: { ttl: '2678400s' },
    }),
    says: 'hopmint-tick has no dead letters in hopmint-dead, expires after a time without activity',
    fix: 'gcloud pubsub subscriptions update hopmint-tick --dead-letter-topic=projects/acme-ops/topics/hopmint-dead --max-delivery-attempts=5 --project=acme-ops\ngcloud pubsub subscriptions update hopmint-tick --expiration-period=never --project=acme-ops',
  },
  {
    id: 'ticks',
    when: 'the job is paused',
    edit: change('jobs', JOB, { state: 'PAUSED' }),
    says: 'the job hopmint-tick is paused',
    fix: 'gcloud scheduler jobs resume hopmint-tick --location=europe-west1 --project=acme-ops',
  },
  {
    id: 'ticks',
    when: 'the job ticks less often than the chain file says',
    edit: change('jobs', JOB, { schedule: '*/5 * * * *' }),
    says: 'runs at "*/5 * * * *", and tickEvery of the chain file is 60 s',
    fix: "--schedule='* * * * *'",
  },
  {
    id: 'audit-logs',
    when: 'mints are not logged',
    edit: (state) => {
      const policy = state.policies.get('projects/acme-data');
      state.policies.set('projects/acme-data', { ...policy, auditConfigs: [] });
    },
    says: 'the audit log of acme-data lacks reads of secrets, mints',
    fix: 'gcloud projects set-iam-policy acme-data policy.json',
  },
  {
    id: 'sink-filter',
    when: 'the filter is an older one',
    edit: change('sinks', SINK, { filter: 'severity=NOTICE' }),
    says: `the filter of ${SINK} is not the filter of this version`,
    fix: 'gcloud logging sinks update hopmint-changed-acme-ops',
  },
  {
    id: 'sink-filter',
    when: 'there is no sink',
    edit: (state) => state.sinks.delete(SINK),
    says: 'no log sink exports the changes of acme-ops to hopmint-changed',
    fix: 'gcloud logging sinks create hopmint-changed-acme-ops pubsub.googleapis.com/projects/acme-ops/topics/hopmint-changed',
  },
  {
    id: 'sink-writer',
    when: 'it may not publish',
    edit: revoke(`${OPS}/topics/hopmint-changed`, 'roles/pubsub.publisher'),
    says: `the writer of ${SINK} lacks pubsub.topics.publish`,
    fix: 'gcloud pubsub topics add-iam-policy-binding hopmint-changed --member=serviceAccount:service-org-900000000001@gcp-sa-logging.iam.gserviceaccount.com --role=roles/pubsub.publisher --project=acme-ops',
  },
  {
    id: 'quota-names',
    when: 'a limit has another name',
    edit: (state) => {
      const project = state.projects.get('acme-ops');
      const limit = (name: string, limitName: string) => ({
        service: `${name}.googleapis.com`,
        quotaMetric: `${name}.googleapis.com/requests`,
        limitName,
        value: 600,
      });
      if (!project) return;
      project.quotaLimits = ['cloudresourcemanager', 'iam', 'iamcredentials']
        .map((name) => limit(name, 'ReadsPerMinutePerProject'))
        .concat(limit('secretmanager', 'reads-per-min'));
    },
    says: 'no limit of secretmanager has PerMinute in its name',
    fix: 'alerts_off',
  },
  {
    id: 'chain-file',
    when: 'the published file has another caller',
    run: {
      chains: CHAINS.replace('minter@acme-ops', 'relay@acme-ops').replace(
        '    delegates: [relay@acme-ops.iam.gserviceaccount.com]\n',
        '',
      ),
    },
    says: 'is minter@acme-ops.iam.gserviceaccount.com, and that of your chain file is relay@acme-ops.iam.gserviceaccount.com',
    fix: './hopmint publish',
  },
  {
    id: 'chain-file',
    when: 'nothing is published',
    edit: (state) => state.objects.clear(),
    says: 'gs://acme-ops-hopmint-chains/chains.jsonl does not exist',
    fix: './hopmint publish',
  },
];
