/** A resource as `terraform show -json` tells it, with its values after an apply. */
export type Made = {
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
};

type Module = { readonly resources?: readonly Made[]; readonly child_modules?: readonly Module[] };

/** All that was made, in modules too. */
export function madeIn(shown: string): Made[] {
  const ofModule = ({ resources = [], child_modules: children = [] }: Module): Made[] => [
    ...resources,
    ...children.flatMap(ofModule),
  ];
  const { values } = JSON.parse(shown) as { values?: { root_module: Module } };
  return values ? ofModule(values.root_module) : [];
}

/** Who is granted what, as IAM has it. */
export type Resolved = {
  readonly resource: string;
  readonly member: string;
  readonly role: string;
  /** Those of a custom role. */
  readonly permissions?: readonly string[];
};

type Values = Readonly<Record<string, string>>;

/** The name of the resource that a grant is on, by the type that grants. */
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
 * Every grant that was made.
 *
 * @throws {Error} on a type of grant that is not known here, and on one for many members at once, which takes others' away
 */
export function grantsIn(made: readonly Made[]): Resolved[] {
  const custom = new Map(
    made
      .filter(({ type }) => type.endsWith('_iam_custom_role'))
      .map(({ values }) => [values.name, [...(values.permissions as string[])].sort()]),
  );
  return made
    .filter(({ type }) => /_iam_(member|binding|policy)$|_access_control$|_acl$/.test(type))
    .map(({ type, address, values }) => {
      const resource = RESOURCES[type]?.(values as Values);
      if (resource === undefined) throw new Error(`${address}: what does it grant?`);
      const { role, member } = values as Values;
      const permissions = custom.get(role);
      return {
        resource,
        member: member ?? '',
        role: role ?? '',
        ...(permissions && { permissions }),
      };
    });
}
