import { z } from 'zod';
import type { Deployment } from '../../cloud/deployment.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { read } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';

const SubscriptionBody = z.object({
  topic: z.string(),
  pushConfig: z
    .object({
      pushEndpoint: z.string().default(''),
      attributes: z.record(z.string(), z.string()).default({}),
      oidcToken: z
        .object({
          serviceAccountEmail: z.string().default(''),
          audience: z.string().exactOptional(),
        })
        .exactOptional(),
      noWrapper: z.unknown().optional(),
    })
    .prefault({}),
  ackDeadlineSeconds: z.number().default(10),
  deadLetterPolicy: z.object({ deadLetterTopic: z.string() }).exactOptional(),
  filter: z.string().default(''),
  expirationPolicy: z.object({ ttl: z.string().exactOptional() }).exactOptional(),
});

const JobBody = z.object({
  state: z.string(),
  schedule: z.string(),
  timeZone: z.string().default('Etc/UTC'),
  pubsubTarget: z.object({ topicName: z.string(), data: z.string().default('') }).exactOptional(),
  status: z.object({ code: z.number().default(0) }).exactOptional(),
});

/** Pub/Sub's subscriptions, and the jobs of Cloud Scheduler. */
export const messagesOf = (
  http: Http,
  hosts: Hosts,
  wire: Wire,
): Pick<Deployment, 'subscription' | 'job'> => ({
  /** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/get */
  async subscription(name, signal) {
    const request = {
      operation: 'subscription',
      url: `${hosts.pubsub}/v1/${name}`,
      schema: SubscriptionBody,
    };
    const result = await read(http, request, signal, wire);
    if (!result.ok) return result;
    const { topic, pushConfig, ackDeadlineSeconds, deadLetterPolicy, expirationPolicy } =
      result.value;
    const { pushEndpoint, attributes, oidcToken, noWrapper } = pushConfig;
    return ok({
      topic,
      ...(pushEndpoint !== '' && { endpoint: pushEndpoint }),
      attributes,
      isWrapped: noWrapper === undefined,
      ...(oidcToken && { account: oidcToken.serviceAccountEmail }),
      ...(oidcToken?.audience !== undefined && { audience: oidcToken.audience }),
      ackDeadlineSeconds,
      ...(deadLetterPolicy && { deadLetterTopic: deadLetterPolicy.deadLetterTopic }),
      filter: result.value.filter,
      expires: expirationPolicy === undefined || expirationPolicy.ttl !== undefined,
    });
  },

  /** @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs/get */
  async job(name, signal) {
    const request = {
      operation: 'job',
      url: `${hosts.cloudscheduler}/v1/${name}`,
      schema: JobBody,
    };
    const result = await read(http, request, signal, wire);
    if (!result.ok) return result;
    const { state, schedule, timeZone, pubsubTarget, status } = result.value;
    return ok({
      isEnabled: state === 'ENABLED',
      schedule,
      timeZone,
      ...(pubsubTarget && { topic: pubsubTarget.topicName }),
      data: Buffer.from(pubsubTarget?.data ?? '', 'base64').toString(),
      ...(status && status.code !== 0 && { failedWith: status.code }),
    });
  },
});
