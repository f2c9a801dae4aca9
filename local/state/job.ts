/** A job of Cloud Scheduler. It has one target. */
export type Job = {
  /** `projects/P/locations/L/jobs/J` */
  name: string;
  description?: string;
  schedule: string;
  timeZone: string;
  pubsubTarget?: { topicName: string; data?: string; attributes?: Record<string, string> };
  httpTarget?: HttpTarget;
  state: 'ENABLED' | 'PAUSED';
  userUpdateTime: string;
  /** When the job runs next. */
  scheduleTime: string;
  lastAttemptTime?: string;
  /** Present when the last attempt failed. */
  status?: { code: number };
};

export type HttpTarget = {
  uri: string;
  httpMethod: string;
  headers?: Record<string, string>;
  /** Base64. */
  body?: string;
  oidcToken?: { serviceAccountEmail: string; audience?: string };
};
