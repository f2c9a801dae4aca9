/** A resource as `terraform show -json` prints it after an apply. */
export type Resource = {
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
};

type Module = {
  readonly resources?: readonly Resource[];
  readonly child_modules?: readonly Module[];
};

/**
 * The resources of all modules.
 *
 * @param shown the output of `terraform show -json`
 */
function resourcesIn(shown: string): Resource[] {
  const ofModule = ({ resources = [], child_modules: children = [] }: Module): Resource[] => [
    ...resources,
    ...children.flatMap(ofModule),
  ];
  const { values } = JSON.parse(shown) as { values?: { root_module: Module } };
  return values ? ofModule(values.root_module) : [];
}

/** A grant as IAM stores it. */
export type AppliedGrant = {
  readonly resource: string;
  readonly member: string;
  readonly role: string;
  /** The permissions of a custom role. */
  readonly permissions?: readonly string[];
};

type Values = Readonly<Record<string, string>>;

/** For each type of Terraform's that grants a role to one member: the name of the resource of the grant. */
const RESOURCES: Readonly<Record<string, (values: Values) => string>> = {
  google_organization_iam_member: ({ org_id }) => `organizations/${org_id}`,
  google_project_iam_member: ({ project }) => `projects/${project}`,
  google_pubsub_topic_iam_member: ({ project, topic }) => `projects/${project}/topics/${topic}`,
  google_pubsub_subscription_iam_member: ({ project, subscription }) =>
    `projects/${project}/subscriptions/${subscription}`,
  google_storage_bucket_iam_member: ({ bucket }) => `buckets/${bucket}`,
  google_service_account_iam_member: ({ service_account_id: id }) => String(id),
  google_cloud_run_v2_service_iam_member: ({ project, location, name }) =>
    `projects/${project}/locations/${location}/services/${name}`,
  google_artifact_registry_repository_iam_member: ({ project, location, repository }) =>
    `projects/${project}/locations/${location}/repositories/${repository}`,
  google_iap_web_backend_service_iam_member: ({ project, web_backend_service: service }) =>
    `projects/${project}/iap_web/compute/services/${service}`,
};

/**
 * Every grant that an apply has made.
 *
 * @param shown the output of `terraform show -json`
 * @throws {Error} on any other type that grants. A type that sets all members of a role would remove the members that others added.
 */
export function grantsIn(shown: string): AppliedGrant[] {
  const resources = resourcesIn(shown);
  const permissionsOf = new Map(
    resources
      .filter(({ type }) => type.endsWith('_iam_custom_role'))
      .map(({ values }) => [values.name, [...(values.permissions as string[])].sort()]),
  );
  return resources
    .filter(({ type }) => /_iam_(member|binding|policy)$|_access_control$|_acl$/.test(type))
    .map(({ type, address, values }) => {
      const resource = RESOURCES[type]?.(values as Values);
      if (resource === undefined) throw new Error(`${address}: grants-in-state.ts has no ${type}`);
      const { role, member } = values as Values;
      const permissions = permissionsOf.get(role);
      return {
        resource,
        member: member ?? '',
        role: role ?? '',
        ...(permissions && { permissions }),
      };
    });
}
