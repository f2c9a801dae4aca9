import {
  type AlarmWorld,
  AUDITOR,
  JOB,
  PROJECT,
  SECRET,
  STATE_BUCKET,
  STATE_OBJECT,
  TARGET,
} from './alarm-world.ts';

/** A way in which a part of the alarm can be dead. */
export type Row = {
  readonly part: string;
  /** What is dead. */
  readonly dead: string;
  /** What shows it, as the page says. */
  readonly signal: string;
  /** All of them fire. */
  readonly alerts: readonly string[];
  readonly breakIt: (world: AlarmWorld) => Promise<void> | void;
  /** By default `terraform apply`. */
  readonly mendIt?: (world: AlarmWorld) => Promise<void> | void;
  /** So many beats pass before anybody looks. */
  readonly beats?: number;
  /** These metrics do not exist while it is broken. */
  readonly withoutMetric?: string;
  /** No line of a function reaches Cloud Logging while it is broken. */
  readonly withoutLines?: boolean;
  /** Eight minutes pass after the beat, so that messages that nobody acknowledges grow old. */
  readonly waits?: boolean;
};

const sub = (name: string) => `projects/${PROJECT}/subscriptions/hopmint-${name}`;
const topic = (name: string) => `projects/${PROJECT}/topics/hopmint-${name}`;
const deleteIt = (path: string) => (world: AlarmWorld) => world.asOwner('DELETE', path);
const tickJob = `projects/${PROJECT}/locations/europe-west1/jobs/hopmint-tick`;

/** Takes a member out of all bindings of a resource, or out of those of a role. */
const revoke =
  (resource: string, member: string, role = '') =>
  ({ local: { state } }: AlarmWorld) => {
    const { bindings = [], ...policy } = state.policies.get(resource) ?? {};
    state.policies.set(resource, {
      ...policy,
      bindings: bindings.map((one) =>
        one.role.includes(role)
          ? { ...one, members: one.members.filter((name) => name !== member) }
          : one,
      ),
    });
  };
const stop = (name: 'fanout' | 'mint' | 'audit') => async (world: AlarmWorld) => {
  world.down.add(name);
  await world.apply();
};
/** Changes the stored list of open findings. */
const rewrite =
  (change: (text: string) => string) =>
  ({ local: { state } }: AlarmWorld) => {
    const object = state.objects.get(`${STATE_BUCKET}/${STATE_OBJECT}`);
    if (!object) throw new Error('there is no state');
    Object.assign(object, { data: Buffer.from(change(String(object.data))) });
  };
const inSixHours = ({ local: { state } }: AlarmWorld) =>
  new Date(state.now().getTime() + 6 * 3_600_000).toISOString();
const fanout = `serviceAccount:hopmint-fanout@${PROJECT}.iam.gserviceaccount.com`;

/** Each way in which the alarm can be silent that docs/deployment/silences.md lists. */
export const ROWS: readonly Row[] = [
  {
    part: 'ticking',
    dead: 'the schedule of ticks is paused',
    signal: 'no `tick` line; the audit log',
    alerts: ['no-tick', 'watch-changed'],
    breakIt: (world) => world.asOwner('POST', `${tickJob}:pause`, {}),
  },
  {
    part: 'ticking',
    dead: 'the topic `hopmint-tick` is gone',
    signal: 'no `tick` line; the audit log',
    alerts: ['no-tick', 'watch-changed'],
    breakIt: deleteIt(topic('tick')),
  },
  {
    part: 'ticking',
    dead: 'the subscription `hopmint-tick` is gone',
    signal: 'no `tick` line; the audit log',
    alerts: ['no-tick', 'watch-changed'],
    breakIt: deleteIt(sub('tick')),
  },
  {
    part: 'ticking',
    dead: '`fanout` does not answer',
    signal: 'no `tick` line; unacknowledged messages',
    alerts: ['no-tick', 'dead-letters'],
    breakIt: stop('fanout'),
    waits: true,
  },
  {
    part: 'ticking',
    dead: '`fanout` may not list the secrets',
    signal: '`tick-failed`',
    alerts: ['no-tick'],
    breakIt: revoke(`projects/${PROJECT}`, fanout),
  },
  {
    part: 'ticking',
    dead: 'the topic `hopmint-mint` is gone',
    signal: 'no `tick` line; the audit log',
    alerts: ['no-tick', 'watch-changed'],
    breakIt: deleteIt(topic('mint')),
  },
  {
    part: 'minting',
    dead: 'the subscription `hopmint-mint` is gone',
    signal: 'the findings `credential-late` and `credential-stale`; the audit log',
    alerts: ['chain-late'],
    breakIt: deleteIt(sub('mint')),
    beats: 2,
  },
  {
    part: 'minting',
    dead: '`mint` does not answer',
    signal: 'unacknowledged messages; the same findings',
    alerts: ['chain-late', 'dead-letters'],
    breakIt: stop('mint'),
    beats: 2,
    waits: true,
  },
  {
    part: 'minting',
    dead: 'the caller may not mint',
    signal: '`mint-failed`, `diagnosed`; the finding `hop-missing`',
    alerts: ['chain-failing', 'drift-opened'],
    breakIt: ({ local: { state } }) => {
      state.policies.set(TARGET, { bindings: [] });
    },
  },
  {
    part: 'hearing of changes',
    dead: 'the log sink is gone',
    signal: 'rotations without `changes-heard`',
    alerts: ['changes-unheard'],
    breakIt: ({ local: { state } }) => state.sinks.clear(),
  },
  {
    part: 'hearing of changes',
    dead: 'the writer of the log sink is refused',
    signal: 'rotations without `changes-heard`; `exports/error_count`',
    alerts: ['changes-unheard'],
    breakIt: ({ local: { state } }) => {
      state.policies.set(topic('changed'), { bindings: [] });
    },
  },
  {
    part: 'hearing of changes',
    dead: 'the topic `hopmint-changed` is gone',
    signal: 'rotations without `changes-heard`; the audit log',
    alerts: ['changes-unheard', 'watch-changed'],
    breakIt: deleteIt(topic('changed')),
  },
  {
    part: 'hearing of changes',
    dead: 'the subscription `hopmint-changed` of `audit` is gone or detached',
    signal: 'rotations without `changes-heard` of `audit`; the audit log',
    alerts: ['changes-unheard', 'watch-changed'],
    breakIt: deleteIt(sub('changed')),
  },
  {
    part: 'hearing of changes',
    dead: 'the subscription `hopmint-secrets` of `fanout` is gone or detached',
    signal: 'rotations without `changes-heard` of `fanout`; the audit log',
    alerts: ['changes-unheard', 'watch-changed'],
    breakIt: deleteIt(sub('secrets')),
  },
  {
    part: 'hearing of mints',
    dead: 'the log sink `hopmint-minted` is gone, or mints are not logged',
    signal: 'rotations without `mints-heard`',
    alerts: ['changes-unheard'],
    breakIt: ({ local: { state } }) => {
      for (const name of state.sinks.keys()) {
        if (name.includes('minted')) state.sinks.delete(name);
      }
    },
  },
  {
    part: 'hearing of mints',
    dead: 'the subscription `hopmint-minted` is gone or detached',
    signal: 'rotations without `mints-heard`; the audit log',
    alerts: ['changes-unheard', 'watch-changed'],
    breakIt: deleteIt(sub('minted')),
  },
  {
    part: 'auditing',
    dead: 'the schedule of audits is paused, also while changes are heard',
    signal: 'no `audited` of the scope `whole`; no canary',
    alerts: ['audit-incomplete', 'canary-missing'],
    breakIt: (world) => {
      world.auditJob.isPaused = true;
    },
  },
  {
    part: 'auditing',
    dead: '`audit` does not answer, or ends at each start',
    signal: 'no `audited`; no canary; unacknowledged messages',
    alerts: ['audit-incomplete', 'canary-missing', 'dead-letters'],
    breakIt: stop('audit'),
    waits: true,
  },
  {
    part: 'auditing',
    dead: 'a read is refused, or has no answer in time',
    signal: '`audited` with `unread`',
    alerts: ['audit-incomplete'],
    breakIt: revoke(`projects/${PROJECT}`, AUDITOR, 'hopmintAudit'),
  },
  {
    part: 'auditing',
    dead: 'the stored report has a time in the future',
    signal: '`report-ahead`',
    alerts: ['not-sent'],
    breakIt: (world) =>
      rewrite((text) => text.replace(/"reportAt":"[^"]*"/, `"reportAt":"${inSixHours(world)}"`))(
        world,
      ),
  },
  {
    part: 'keeping',
    dead: 'the bucket of the state refuses',
    signal: '`alerts-not-sent` with `where` `state`; no canary',
    alerts: ['not-sent', 'canary-missing'],
    breakIt: ({ local: { state } }) => {
      state.policies.set(`buckets/${STATE_BUCKET}`, { bindings: [] });
    },
  },
  {
    part: 'keeping',
    dead: 'the stored state is broken',
    signal: '`state-broken`',
    alerts: ['not-sent'],
    breakIt: rewrite((text) => text.slice(0, 20)),
  },
  {
    part: 'publishing',
    dead: 'the topic `hopmint-drift` is gone',
    signal: '`alerts-not-sent` with `where` `topic`; no canary; the audit log',
    alerts: ['not-sent', 'canary-missing', 'watch-changed'],
    breakIt: deleteIt(topic('drift')),
  },
  {
    part: 'publishing',
    dead: '`audit` may not publish to `hopmint-drift`',
    signal: '`alerts-not-sent` with `where` `topic`; no canary',
    alerts: ['not-sent', 'canary-missing'],
    breakIt: revoke(topic('drift'), AUDITOR),
  },
  {
    part: 'publishing',
    dead: 'the topic `hopmint-rotated` is gone',
    signal: '`minted` with `unannounced`; the audit log',
    alerts: ['not-sent', 'watch-changed'],
    breakIt: deleteIt(topic('rotated')),
  },
  {
    part: 'publishing',
    dead: 'the topic `hopmint-failed` is gone, and a rotation fails',
    signal: '`mint-failed` with `unpublished`',
    alerts: ['not-sent', 'chain-failing'],
    breakIt: async (world) => {
      world.local.state.policies.set(TARGET, { bindings: [] });
      await deleteIt(topic('failed'))(world);
    },
  },
  {
    part: 'alerting',
    dead: 'the subscription `hopmint-canary` is gone, so the canary does not arrive',
    signal: 'no `canary-arrived`; the audit log',
    alerts: ['canary-missing', 'watch-changed'],
    breakIt: deleteIt(sub('canary')),
  },
  {
    part: 'alerting',
    dead: 'the metric that counts arrivals of the canary is gone',
    signal: 'the metric has no value; the audit log',
    alerts: ['canary-missing'],
    breakIt: () => undefined,
    withoutMetric: 'hopmint/canaries',
  },
  {
    part: 'alerting',
    dead: 'the metric that counts findings is gone',
    signal: 'it does not count the canary; the audit log',
    alerts: ['canary-missing'],
    breakIt: () => undefined,
    withoutMetric: 'hopmint/findings',
  },
  {
    part: 'alerting',
    dead: 'no line of the functions reaches Cloud Logging',
    signal: 'no `tick`, `audited` and `canary-arrived`',
    alerts: ['no-tick', 'audit-incomplete', 'canary-missing'],
    breakIt: () => undefined,
    withoutLines: true,
  },
  {
    part: 'alerting',
    dead: "Pub/Sub's agent may not write dead letters, and `mint` does not answer",
    signal: 'unacknowledged messages',
    alerts: ['dead-letters'],
    breakIt: async (world) => {
      await stop('mint')(world);
      world.local.state.policies.set(topic('dead'), { bindings: [] });
    },
    waits: true,
  },
  {
    part: 'readers',
    dead: 'a declared reader lost its grant on the secret',
    signal: 'the finding `reader-missing`',
    alerts: ['drift-opened'],
    breakIt: revoke(SECRET, JOB),
  },
];
