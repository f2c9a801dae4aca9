/**
 * The domains of Google's service agents, by the role that Google grants them: `service-NUMBER@DOMAIN.iam.gserviceaccount.com`. An agent
 * that is not listed here has the domain `gcp-sa-SERVICE` and the role `roles/SERVICE.serviceAgent`.
 *
 * @see https://cloud.google.com/iam/docs/service-agents
 */
const DOMAINS: Readonly<Record<string, string>> = {
  'roles/aiplatform.customCodeServiceAgent': 'gcp-sa-aiplatform-cc',
  'roles/aiplatform.extensionServiceAgent': 'gcp-sa-vertex-ex',
  'roles/appengine.serviceAgent': 'gcp-gae-service',
  'roles/appengineflex.serviceAgent': 'gae-api-prod',
  'roles/cloudconfig.serviceAgent': 'gcp-sa-config',
  'roles/cloudfunctions.serviceAgent': 'gcf-admin-robot',
  'roles/cloudsql.serviceAgent': 'gcp-sa-cloud-sql',
  'roles/cloudtpu.serviceAgent': 'gcp-sa-tpu',
  'roles/composer.serviceAgent': 'cloudcomposer-accounts',
  'roles/compute.serviceAgent': 'compute-system',
  'roles/container.serviceAgent': 'container-engine-robot',
  'roles/containeranalysis.ServiceAgent': 'container-analysis',
  'roles/containerregistry.ServiceAgent': 'containerregistry',
  'roles/dataflow.serviceAgent': 'dataflow-service-producer-prod',
  'roles/dataproc.serviceAgent': 'dataproc-accounts',
  'roles/dlp.serviceAgent': 'dlp-api',
  'roles/file.serviceAgent': 'cloud-filer',
  'roles/memcache.serviceAgent': 'cloud-memcache-sa',
  'roles/ml.serviceAgent': 'cloud-ml',
  'roles/redis.serviceAgent': 'cloud-redis',
  'roles/run.serviceAgent': 'serverless-robot-prod',
  'roles/securesourcemanager.serviceAgent': 'gcp-sa-sourcemanager',
  'roles/serverless.serviceAgent': 'serverless-robot-prod',
  'roles/servicenetworking.serviceAgent': 'service-networking',
  'roles/sourcerepo.serviceAgent': 'sourcerepo-service-accounts',
  'roles/storagetransfer.serviceAgent': 'storage-transfer-service',
  'roles/tpu.serviceAgent': 'cloud-tpu',
};

/** Agents without a role of their own. */
const OTHER_DOMAINS: ReadonlySet<string> = new Set(['gs-project-accounts', 'bigquery-encryption']);

/**
 * `service-NUMBER` and `project-NUMBER` are agents of a project, `service-org-NUMBER` of an organization, `service-folder-NUMBER` of a folder.
 * `pNUMBER-…` is the agent of one resource.
 */
const NAME = /^(?:(?:service|project|bq)-p?\d+|service-(?:org|folder)-\d+|p\d+-[a-z0-9-]+)$/;

/** Is the account in one of Google's own projects? Only Google can read its policy or grant access to it. */
export function isGoogleManaged(email: string): boolean {
  const [name = '', host = ''] = email.split('@');
  if (['cloudservices', 'cloudbuild'].some((name) => host === `${name}.gserviceaccount.com`)) {
    return true;
  }
  const domain = host.replace(/\.(?:iam\.)?gserviceaccount\.com$/, '');
  const isKnown =
    domain.startsWith('gcp-sa-') ||
    OTHER_DOMAINS.has(domain) ||
    Object.values(DOMAINS).includes(domain);
  return isKnown && NAME.test(name);
}

/**
 * Is `email` the service agent of that project or of its organization, and `role` the role that Google grants to it? If the role or the
 * number differs, the grant is not Google's own.
 */
export function isServiceAgent(
  email: string,
  role: string,
  projectNumber: string,
  organization?: string,
): boolean {
  // Google's APIs act as this account in every project, with this role.
  if (role === 'roles/editor' && email === `${projectNumber}@cloudservices.gserviceaccount.com`) {
    return true;
  }
  const service = /^roles\/(\w+)\.serviceAgent$/.exec(role)?.[1];
  const domain = DOMAINS[role] ?? (service && `gcp-sa-${service}`);
  const names = [
    `service-${projectNumber}`,
    ...(domain === 'storage-transfer-service' ? [`project-${projectNumber}`] : []),
    ...(organization === undefined ? [] : [`service-org-${organization}`]),
  ];
  return (
    domain !== undefined &&
    names.some((name) => email === `${name}@${domain}.iam.gserviceaccount.com`)
  );
}
