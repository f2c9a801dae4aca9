/**
 * Who Google's own agents are, by the role that Google grants them: the domain of `service-NUMBER@DOMAIN.iam.gserviceaccount.com`. An
 * agent that is not here is at `gcp-sa-SERVICE` and has `roles/SERVICE.serviceAgent`.
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

/**
 * An account that Google keeps in a project of its own, whatever it may do. Nobody else can be let in there, and nobody else can read its
 * policy.
 */
export function isGoogleManaged(email: string): boolean {
  const [name = '', host = ''] = email.split('@');
  if (['cloudservices', 'cloudbuild'].some((own) => host === `${own}.gserviceaccount.com`)) {
    return true;
  }
  const domain = host.replace(/\.(?:iam\.)?gserviceaccount\.com$/, '');
  const isKnown = domain.startsWith('gcp-sa-') || Object.values(DOMAINS).includes(domain);
  return isKnown && /^service-\d+$/.test(name);
}

/** Is `email` Google's agent in the project of that number, with the role that is its own? Any other role, or number, is somebody's doing. */
export function isServiceAgent(email: string, role: string, projectNumber: string): boolean {
  // Google's APIs act as it, in every project, with this role.
  if (role === 'roles/editor' && email === `${projectNumber}@cloudservices.gserviceaccount.com`) {
    return true;
  }
  const service = /^roles\/(\w+)\.serviceAgent$/.exec(role)?.[1];
  const domain = DOMAINS[role] ?? (service && `gcp-sa-${service}`);
  return (
    domain !== undefined && email === `service-${projectNumber}@${domain}.iam.gserviceaccount.com`
  );
}
