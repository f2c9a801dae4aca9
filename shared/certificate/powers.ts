const words = (text: string): readonly string[] => text.split(' ');
const account = (verbs: string) => words(verbs).map((verb) => `iam.serviceAccounts.${verb}`);

/** The permissions that lead to a credential, by what they do. */
export const CAN = {
  /** Each gives an access token of an account, or a signature, which Google exchanges for one. */
  act: [...account('getAccessToken signJwt signBlob'), 'iam.serviceAccountKeys.create'],
  delegate: account('implicitDelegation'),
  idToken: account('getOpenIdToken'),
  /** It also needs something that runs as the account. */
  actAs: account('actAs'),
  /** These need something that runs as the account already, and no `actAs`: docs/runs-as.md. */
  deploy: [
    ...words('run.jobs.runWithOverrides run.jobs.setIamPolicy'),
    ...words('compute.projects.setCommonInstanceMetadata container.serviceAccounts.createToken'),
    ...words('osconfig.patchJobs.exec osconfig.patchDeployments.create'),
    ...words('osconfig.osPolicyAssignments.create osconfig.guestPolicies.create'),
    ...words('pods deployments daemonSets statefulSets replicaSets replicationControllers jobs')
      .concat('cronJobs')
      .flatMap((what) => [`container.${what}.create`, `container.${what}.update`]),
    ...words('container.pods.exec container.pods.attach dataproc.jobs.create'),
    ...words('composer.environments.update composer.environments.executeAirflowCommand'),
    ...words('dataform.workflowInvocations.create'),
  ],
  enable: account('enable'),
  undelete: account('undelete'),
  setAccount: account('setIamPolicy'),
  read: words('secretmanager.versions.access'),
  setSecret: words('secretmanager.secrets.setIamPolicy'),
  create: words('storage.objects.create'),
  replace: words('storage.objects.delete'),
  setBucket: words('storage.buckets.setIamPolicy'),
  updateRole: words('iam.roles.update'),
  undeleteRole: words('iam.roles.undelete'),
  liftDeny: words('iam.denypolicies.update iam.denypolicies.delete'),
  set: words('projects folders organizations').map((on) => `resourcemanager.${on}.setIamPolicy`),
  move: words('projects folders').map((on) => `resourcemanager.${on}.move`),
  pool: ['iam.workloadIdentityPool', 'iam.workforcePool'].flatMap((pool) =>
    words('Providers.create Providers.update Providers.undelete s.update s.undelete').map(
      (verb) => pool + verb,
    ),
  ),
};
export const POWERS: ReadonlySet<string> = new Set(Object.values(CAN).flat());
export const IMPERSONATE = new Set([...CAN.act.slice(0, 3), ...CAN.delegate, ...CAN.idToken]);
