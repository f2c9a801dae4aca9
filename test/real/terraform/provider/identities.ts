type State = Readonly<Record<string, unknown>>;

const PROJECT_NUMBER = '700000000001';

/** The service agents whose name is not `gcp-sa-` and the name of the service. @see https://cloud.google.com/iam/docs/service-agents */
const AGENTS: Readonly<Record<string, string>> = {
  'monitoring.googleapis.com': 'gcp-sa-monitoring-notification',
};

/** For each type to which other resources refer: the attributes that Google sets when it creates the resource. */
const IDENTITIES: Readonly<Record<string, (state: State) => State>> = {
  google_service_account: ({ account_id, project }) => {
    const email = `${account_id}@${project}.iam.gserviceaccount.com`;
    const name = `projects/${project}/serviceAccounts/${email}`;
    return { email, member: `serviceAccount:${email}`, name, id: name };
  },
  google_project_iam_custom_role: ({ role_id, project }) =>
    named(`projects/${project}/roles/${role_id}`),
  google_organization_iam_custom_role: ({ role_id, org_id }) =>
    named(`organizations/${org_id}/roles/${role_id}`),
  google_pubsub_topic: ({ name, project }) => ({ id: `projects/${project}/topics/${name}` }),
  google_pubsub_subscription: ({ name, project }) => ({
    id: `projects/${project}/subscriptions/${name}`,
  }),
  google_storage_bucket: ({ name }) => ({ id: name, url: `gs://${name}` }),
  google_project_service_identity: ({ service, project }) => {
    const agent = AGENTS[String(service)] ?? `gcp-sa-${String(service).split('.')[0]}`;
    const email = `service-${PROJECT_NUMBER}@${agent}.iam.gserviceaccount.com`;
    return {
      email,
      member: `serviceAccount:${email}`,
      id: `projects/${project}/services/${service}`,
    };
  },
  google_logging_project_sink: () => ({
    writer_identity: `serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-logging.iam.gserviceaccount.com`,
  }),
  google_logging_organization_sink: ({ org_id }) => ({
    writer_identity: `serviceAccount:service-org-${org_id}@gcp-sa-logging.iam.gserviceaccount.com`,
  }),
  google_cloud_run_v2_service: ({ name, project, location }) => ({
    id: `projects/${project}/locations/${location}/services/${name}`,
    uri: `https://${name}-${PROJECT_NUMBER}.${location}.run.app`,
  }),
  'data.google_project': ({ project_id, project }) => ({
    project_id: project_id ?? project,
    number: PROJECT_NUMBER,
  }),
};

const named = (name: string): State => ({ name, id: name });

/** @param type Terraform's name of the type, with `data.` before a data source's */
export const identityOf = (type: string, state: State): State => IDENTITIES[type]?.(state) ?? {};
