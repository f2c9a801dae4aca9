import { type Audited, bodyText, projectContainer } from '../../core/audited.ts';

/** @see https://cloud.google.com/scheduler/docs/audit-logging */
export const jobAudit = (rpc: string): Audited => ({
  methodName: `google.cloud.scheduler.v1.CloudScheduler.${rpc}`,
  target(state, call, response) {
    const { project, location = '', job } = call.params;
    const container = projectContainer(state, project);
    const created = (response as { name?: string } | undefined)?.name ?? bodyText(call, 'name');
    const id = job ?? created.split('/').at(-1) ?? '';
    const labels = { project_id: container.split('/')[1] ?? '', location, job_id: id };
    return {
      container,
      resourceName: `${container}/locations/${location}/jobs/${id}`,
      resource: { type: 'cloud_scheduler_job', labels },
    };
  },
});
