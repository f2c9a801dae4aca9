import { withBackoff } from '../../domain/basics/backoff.ts';
import type { Failure } from '../../domain/basics/failure.ts';
import { err, ok, type Result } from '../../domain/basics/result.ts';
import { commandLine } from '../../domain/basics/text/shell-line.ts';
import { topicOf } from '../../domain/doctor/installation.ts';
import { failed, ok as isOk, type Judged, unknown, unread } from '../../domain/doctor/judged.ts';
import type { Checks } from './checks.ts';
import type { DoctorContext } from './context.ts';

/** A cold start of both functions takes some seconds, and a log line some more. */
const WAIT = { firstWaitMs: 500, longestWaitMs: 3000, forMs: 60_000 } as const;

const SERVICES = ['hopmint-fanout', 'hopmint-mint'] as const;
type Answers = ReadonlySet<string>;

/** One tick for both checks. */
const sent = new WeakMap<DoctorContext, Promise<Result<Answers, Sent>>>();
type Sent = { readonly of: 'publish' | 'log'; readonly failure: Failure };

const answersTo = (context: DoctorContext): Promise<Result<Answers, Sent>> => {
  const running = sent.get(context) ?? probe(context);
  sent.set(context, running);
  return running;
};

/** Publishes a probing tick, and reads the log until both functions have answered it, or a minute has passed. */
async function probe(context: DoctorContext): Promise<Result<Answers, Sent>> {
  const { installation, cloud, deployment, runId, now, waits, signal } = context;
  const message = { probe: runId };
  const topic = topicOf(installation, 'tick');
  const since = new Date(now().getTime() - 60_000).toISOString();
  const published = await cloud.topics.publish(topic, [{ message }], signal);
  if (!published.ok) return err({ of: 'publish', failure: published.error });
  const filter = [
    'resource.type="cloud_run_revision"',
    `resource.labels.service_name=("${SERVICES.join('" OR "')}")`,
    'jsonPayload.event="probe"',
    `jsonPayload.probe="${runId}"`,
    `timestamp>="${since}"`,
  ].join(' ');
  const read = () => deployment.logLines(installation.project, filter, signal);
  const isFinal = (lines: Awaited<ReturnType<typeof read>>) =>
    !lines.ok || SERVICES.every((name) => lines.value.some(({ service }) => service === name));
  const lines = await withBackoff(read, isFinal, WAIT, signal, waits);
  return lines.ok
    ? ok(new Set(lines.value.map(({ service }) => service)))
    : err({ of: 'log', failure: lines.error });
}

const answeredBy =
  (service: (typeof SERVICES)[number]): Checks['probe-mint'] =>
  async (context): Promise<Judged> => {
    const { project } = context.installation;
    const answers = await answersTo(context);
    if (!answers.ok) {
      const { of, failure } = answers.error;
      if (of === 'log') return unread(`the log of ${project}`, failure);
      const topic = topicOf(context.installation, 'tick');
      return failure.reason === 'publish-denied'
        ? unknown(
            `no probing tick was sent: you need ${failure.permission ?? 'pubsub.topics.publish'} on ${topic}`,
            commandLine('gcloud pubsub topics add-iam-policy-binding', [
              'hopmint-tick',
              '--member=user:YOU',
              '--role=roles/pubsub.publisher',
              `--project=${project}`,
            ]),
          )
        : unread(`the topic ${topic}`, failure);
    }
    if (answers.value.has(service)) return isOk(`${service} answered ${context.runId}`);
    return failed(
      `${service} did not answer the probing tick ${context.runId} within a minute`,
      commandLine('gcloud logging read', [
        `resource.labels.service_name="${service}"`,
        '--freshness=10m',
        `--project=${project}`,
      ]),
    );
  };

export const probeChecks: Pick<Checks, 'probe-fanout' | 'probe-mint'> = {
  'probe-fanout': answeredBy('hopmint-fanout'),
  'probe-mint': answeredBy('hopmint-mint'),
};
