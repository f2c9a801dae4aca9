/** A job of Cloud Scheduler that publishes to a Pub/Sub topic. */
export type Job = {
  /** `projects/P/locations/L/jobs/J` */
  name: string;
  description?: string;
  schedule: string;
  timeZone: string;
  pubsubTarget: { topicName: string; data?: string; attributes?: Record<string, string> };
  state: 'ENABLED' | 'PAUSED';
  userUpdateTime: string;
  /** When the job runs next. */
  scheduleTime: string;
  lastAttemptTime?: string;
  /** Present when the last attempt failed. */
  status?: { code: number };
};
