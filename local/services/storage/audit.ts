import { watchPolicy } from '../../authorization/policy-delta.ts';
import { type Audited, bodyText, projectContainer } from '../../core/audited.ts';

/** @see https://cloud.google.com/storage/docs/audit-logging */
export const bucketAudit = (methodName: string): Audited => ({
  methodName,
  target(state, call) {
    const name = call.params.bucket ?? bodyText(call, 'name');
    const project = state.buckets.get(name)?.projectId ?? call.query.get('project');
    if (!project) return undefined; // the bucket does not exist
    const container = projectContainer(state, project);
    const labels = { project_id: container.split('/')[1] ?? '', bucket_name: name, location: 'us' };
    return {
      container,
      resourceName: `projects/_/buckets/${name}`,
      resource: { type: 'gcs_bucket', labels },
    };
  },
});

export const bucketPolicyAudit: Audited = {
  ...bucketAudit('storage.setIamPermissions'),
  watch: watchPolicy((_, { params }) => `buckets/${params.bucket}`),
};
