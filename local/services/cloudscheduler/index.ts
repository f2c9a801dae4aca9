import type { ApiMethod } from '../../core/api-method.ts';
import { createJob } from './create-job.ts';
import { deleteJob } from './delete-job.ts';
import { getJob } from './get-job.ts';
import { listJobs } from './list-jobs.ts';
import { pauseJob } from './pause-job.ts';
import { resumeJob } from './resume-job.ts';
import { runJobNow } from './run-job.ts';
import { updateJob } from './update-job.ts';

/** Cloud Scheduler v1. Jobs can only publish to Pub/Sub. @see https://cloud.google.com/scheduler/docs/reference/rest */
export const cloudscheduler: readonly ApiMethod[] = [
  createJob,
  getJob,
  listJobs,
  updateJob,
  deleteJob,
  runJobNow,
  pauseJob,
  resumeJob,
];
