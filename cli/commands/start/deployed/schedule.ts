import type { LocalClient } from '../local-client.ts';
import { Stop } from '../stop.ts';
import { REGION } from './infrastructure.ts';

/** The job of Cloud Scheduler that ticks. The local cloud carries it out by its own clock. */
export type Schedule = {
  /** Replaces the job. @param tickEverySeconds as in the chain file */
  set(tickEverySeconds: number): Promise<void>;
  remove(): Promise<void>;
};

/** Cron has no smaller unit than a minute, and no hours of 50 minutes. */
export function cronOf(tickEverySeconds: number): string | undefined {
  const minutes = tickEverySeconds / 60;
  if (minutes === 1) return '* * * * *';
  return Number.isInteger(minutes) && 60 % minutes === 0 ? `*/${minutes} * * * *` : undefined;
}

export function scheduleIn(cloud: LocalClient, project: string, operator: string): Schedule {
  const jobs = `${cloud.url}/v1/projects/${project}/locations/${REGION}/jobs`;
  const name = `projects/${project}/locations/${REGION}/jobs/hopmint-tick`;

  async function call(method: 'POST' | 'DELETE', url: string, body?: object): Promise<void> {
    const response = await fetch(url, {
      method,
      redirect: 'error',
      headers: {
        authorization: `Bearer ${await cloud.token(operator)}`,
        'content-type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (response.ok || (method === 'DELETE' && response.status === 404)) return;
    throw new Stop(3, `Cloud Scheduler at ${cloud.url} answered ${response.status} to ${method}`);
  }
  const remove = () => call('DELETE', `${jobs}/hopmint-tick`);

  return {
    async set(tickEverySeconds) {
      await remove();
      const schedule = cronOf(tickEverySeconds);
      if (schedule === undefined) return;
      const topicName = `projects/${project}/topics/hopmint-tick`;
      const data = Buffer.from('{}').toString('base64');
      await call('POST', jobs, {
        name,
        schedule,
        timeZone: 'Etc/UTC',
        pubsubTarget: { topicName, data },
      });
    },
    remove,
  };
}
