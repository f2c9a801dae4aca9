import type { Failure } from '../basics/failure.ts';
import type { Result } from '../basics/result.ts';
import { commandLine } from '../basics/text/shell-line.ts';
import type { Job, Subscription } from './facts.ts';
import {
  accountsOf,
  type Installation,
  SUBSCRIPTION_NAMES,
  SUBSCRIPTIONS,
  type SubscriptionName,
  topicOf,
} from './installation.ts';
import { failed, type Judged, ok, together, unread } from './judged.ts';
import { type Found, noService } from './services.ts';

export type ReadSubscriptions = ReadonlyMap<SubscriptionName, Result<Subscription, Failure>>;

function judgeEach(
  { project }: Installation,
  read: ReadSubscriptions,
  judge: (name: SubscriptionName, subscription: Subscription) => Judged,
): Judged {
  return together(
    SUBSCRIPTION_NAMES.map((name) => {
      const subscription = read.get(name);
      if (!subscription?.ok) {
        const isMissing = subscription?.error.reason === 'policy-missing';
        return subscription && !isMissing
          ? unread(`the subscription hopmint-${name}`, subscription.error)
          : failed(`there is no subscription hopmint-${name} in ${project}`, 'terraform apply');
      }
      return judge(name, subscription.value);
    }),
  );
}

/** What a push to a function must look like. `found` must have the service. */
function wanted(installation: Installation, name: SubscriptionName, found: Found) {
  const { to, path } = SUBSCRIPTIONS[name];
  const urls = found[to]?.urls ?? [];
  return {
    urls,
    endpoints: urls.map((url) => `${url.replace(/\/$/, '')}${path}`),
    trigger: accountsOf(installation).trigger,
  };
}

/** Sets address and identity of a push, and removes every other setting of it. */
function setPush(installation: Installation, name: SubscriptionName, found: Found): string {
  const {
    urls: [url = ''],
    endpoints: [endpoint = ''],
    trigger,
  } = wanted(installation, name, found);
  return commandLine('gcloud pubsub subscriptions update', [
    `hopmint-${name}`,
    `--push-endpoint=${endpoint}`,
    `--push-auth-service-account=${trigger}`,
    `--push-auth-token-audience=${url}`,
    `--project=${installation.project}`,
  ]);
}

const nothingToPushTo = (installation: Installation, name: SubscriptionName): Judged =>
  failed(`${noService(installation, SUBSCRIPTIONS[name].to)} to push to`, 'terraform apply');

/** The functions read raw pushes: the message in its wrapper, without CloudEvents attributes. @see https://cloud.google.com/run/docs/triggering/pubsub-triggers */
export function judgeForm(
  installation: Installation,
  read: ReadSubscriptions,
  found: Result<Found, Failure>,
): Judged {
  if (!found.ok) return unread(`the services of ${installation.project}`, found.error);
  return judgeEach(
    installation,
    read,
    (name, { endpoint, attributes, isWrapped, topic, filter }) => {
      const { endpoints } = wanted(installation, name, found.value);
      if (endpoints.length === 0) return nothingToPushTo(installation, name);
      const expectedTopic = topicOf(installation, SUBSCRIPTIONS[name].topic);
      const spec = SUBSCRIPTIONS[name];
      const wantedFilter = 'filter' in spec ? spec.filter : '';
      const foreign = Object.entries(attributes).filter(([key]) => key !== 'x-goog-version');
      const faults = [
        ...(topic === expectedTopic ? [] : [`reads ${topic}, and not ${expectedTopic}`]),
        ...(endpoint !== undefined && endpoints.includes(endpoint)
          ? []
          : [`pushes to ${endpoint ?? 'nothing'}, and not to ${endpoints[0]}`]),
        ...foreign.map(([key, value]) => `has the attribute ${key}=${value}`),
        ...(isWrapped ? [] : ['pushes without the wrapper']),
        ...(filter === wantedFilter
          ? []
          : [`has the filter ${filter || '(none)'}, and not ${wantedFilter || '(none)'}`]),
      ];
      return faults.length === 0
        ? ok(`${SUBSCRIPTION_NAMES.length} raw pushes to the services`)
        : failed(
            `hopmint-${name} ${faults.join(', ')}`,
            // Google changes neither the topic nor the filter of a subscription.
            topic === expectedTopic && filter === wantedFilter
              ? setPush(installation, name, found.value)
              : 'terraform apply',
          );
    },
  );
}

export function judgePushIdentity(
  installation: Installation,
  read: ReadSubscriptions,
  found: Result<Found, Failure>,
): Judged {
  if (!found.ok) return unread(`the services of ${installation.project}`, found.error);
  return judgeEach(installation, read, (name, { account, audience }) => {
    const { urls, trigger } = wanted(installation, name, found.value);
    if (urls.length === 0) return nothingToPushTo(installation, name);
    const faults = [
      ...(account === trigger
        ? []
        : [`is signed as ${account ?? 'nobody'}, and not as ${trigger}`]),
      ...(account === undefined || (audience !== undefined && urls.includes(audience))
        ? []
        : [`has the audience ${audience ?? 'of its endpoint'}, and not ${urls[0]}`]),
    ];
    return faults.length === 0
      ? ok(`signed as ${trigger}`)
      : failed(
          `a push of hopmint-${name} ${faults.join(', ')}`,
          setPush(installation, name, found.value),
        );
  });
}

export const judgeDelivery = (installation: Installation, read: ReadSubscriptions): Judged =>
  judgeEach(installation, read, (name, { ackDeadlineSeconds, deadLetterTopic, expires }) => {
    const dead = topicOf(installation, 'dead');
    const { deadlineSeconds } = SUBSCRIPTIONS[name];
    const update = (...flags: string[]) =>
      commandLine('gcloud pubsub subscriptions update', [
        `hopmint-${name}`,
        ...flags,
        `--project=${installation.project}`,
      ]);
    const faults = [
      ...(ackDeadlineSeconds >= deadlineSeconds
        ? []
        : [
            {
              text: `has a deadline of ${ackDeadlineSeconds} s, and needs ${deadlineSeconds} s`,
              fix: update(`--ack-deadline=${deadlineSeconds}`),
            },
          ]),
      ...(deadLetterTopic === dead
        ? []
        : [
            {
              text: 'has no dead letters in hopmint-dead',
              fix: update(`--dead-letter-topic=${dead}`, '--max-delivery-attempts=5'),
            },
          ]),
      ...(expires
        ? [
            {
              text: 'expires after a time without activity',
              fix: update('--expiration-period=never'),
            },
          ]
        : []),
    ];
    return faults.length === 0
      ? ok('long deadlines, dead letters, no expiry')
      : failed(
          `hopmint-${name} ${faults.map(({ text }) => text).join(', ')}`,
          ...faults.map(({ fix }) => fix),
        );
  });

/** The schedules that we can compare with `tickEvery`: every minute, or every so many minutes of an hour. */
function secondsBetween(schedule: string): number | undefined {
  if (/^\* \* \* \* \*$/.test(schedule)) return 60;
  const [, step] = /^\*\/(\d+) \* \* \* \*$/.exec(schedule) ?? [];
  return step !== undefined && 60 % Number(step) === 0 ? Number(step) * 60 : undefined;
}

/** @param name `projects/P/locations/L/jobs/hopmint-tick` */
export function judgeTicks(
  installation: Installation,
  name: string,
  job: Result<Job, Failure>,
): Judged {
  const { project, file } = installation;
  if (!job.ok) {
    return job.error.reason === 'policy-missing'
      ? failed(`there is no job ${name}`, 'terraform apply')
      : unread(`the job ${name}`, job.error);
  }
  const [, , , location = ''] = name.split('/');
  const flags = ['hopmint-tick', `--location=${location}`, `--project=${project}`];
  const { isEnabled, topic, schedule, timeZone, data, failedWith } = job.value;
  const update = (...more: string[]) =>
    commandLine('gcloud scheduler jobs update pubsub', [...flags, ...more]);
  const tickTopic = topicOf(installation, 'tick');
  if (!isEnabled) {
    return failed(
      'the job hopmint-tick is paused',
      commandLine('gcloud scheduler jobs resume', flags),
    );
  }
  if (topic !== tickTopic || data !== '{}') {
    return failed(
      `the job hopmint-tick publishes ${data || 'nothing'} to ${topic ?? 'no topic'}, and not {} to ${tickTopic}`,
      update(`--topic=${tickTopic}`, '--message-body={}'),
    );
  }
  const seconds = secondsBetween(schedule);
  if (seconds === undefined || seconds !== file.tickEverySeconds) {
    const minutes = file.tickEverySeconds / 60;
    const every = minutes === 1 ? '* * * * *' : `*/${minutes} * * * *`;
    const isCron = Number.isInteger(minutes) && 60 % minutes === 0;
    return failed(
      `the job hopmint-tick runs at "${schedule}", and tickEvery of the chain file is ${file.tickEverySeconds} s`,
      ...(isCron ? [update(`--schedule=${every}`)] : []),
    );
  }
  if (failedWith !== undefined) {
    return failed(
      `the last tick failed with code ${failedWith}`,
      commandLine('gcloud scheduler jobs run', flags),
    );
  }
  return ok(`a tick every ${seconds} s (${timeZone})`);
}
