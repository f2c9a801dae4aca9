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
  'roles/appengineflex.serviceAgent': 'gae-api-prod.google.com',
  'roles/cloudconfig.serviceAgent': 'gcp-sa-config',
  'roles/cloudfunctions.serviceAgent': 'gcf-admin-robot',
  'roles/composer.serviceAgent': 'cloudcomposer-accounts',
  'roles/compute.serviceAgent': 'compute-system',
  'roles/dataflow.serviceAgent': 'dataflow-service-producer-prod',
  'roles/dataproc.serviceAgent': 'dataproc-accounts',
  'roles/ml.serviceAgent': 'cloud-ml.google.com',
  'roles/run.serviceAgent': 'serverless-robot-prod',
  'roles/securesourcemanager.serviceAgent': 'gcp-sa-sourcemanager',
  'roles/serverless.serviceAgent': 'serverless-robot-prod',
  'roles/sourcerepo.serviceAgent': 'sourcerepo-service-accounts',
};

/** Is the account in one of Google's own projects? Only Google can read its policy or grant access to it. */
export function isGoogleManaged(email: string): boolean {
  const [name = '', host = ''] = email.split('@');
  if (['cloudservices', 'cloudbuild'].some((name) => host === `${name}.gserviceaccount.com`)) {
    return true;
  }
  const domain = host.replace(/\.(?:iam\.)?gserviceaccount\.com$/, '');
  const isKnown = domain.startsWith('gcp-sa-') || Object.values(DOMAINS).includes(domain);
  return isKnown && /^service-\d+$/.test(name);
}

/**
 * Is `email` the service agent of that project, and `role` the role that Google grants to it? If the role or the project differs, the
 * grant is not Google's own.
 */
export function isServiceAgent(email: string, role: string, projectNumber: string): boolean {
  // Google's APIs act as this account in every project, with this role.
  if (role === 'roles/editor' && email === `${projectNumber}@cloudservices.gserviceaccount.com`) {
    return true;
  }
  const service = /^roles\/(\w+)\.serviceAgent$/.exec(role)?.[1];
  const domain = DOMAINS[role] ?? (service && `gcp-sa-${service}`);
  return (
    domain !== undefined && email === `service-${projectNumber}@${domain}.iam.gserviceaccount.com`
  );
}
