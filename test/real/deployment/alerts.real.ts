import { plannedAlarm } from '../terraform/planned-alerts.ts';
import { evaluated } from './promtool.ts';

/** The PromQL queries of each alert that Terraform plans. An alert with another kind of condition has none. */
let queries: ReadonlyMap<string, readonly string[]>;
/** The series for which each alert fires after three hours. */
let firing: ReadonlyMap<Situation, readonly string[]>;
beforeAll(async () => {
  const { alerts } = await plannedAlarm('project_id = "acme-ops"\nregion = "europe-west1"\n');
  queries = new Map([...alerts].map(([name, { queries: all }]) => [name, all]));
  const results = await evaluated(
    SITUATIONS.map(({ alert, series }) => ({
      series,
      queries: queries.get(alert) ?? [],
      at: '3h',
    })),
  );
  firing = new Map(SITUATIONS.map((one, i) => [one, results[i]?.flat() ?? []]));
});

const counter = (name: string, labels = ''): string =>
  `logging_googleapis_com:user_hopmint_${name}{monitored_resource="cloud_run_revision"${labels}}`;
const read = (labels: string): string =>
  `logging_googleapis_com:user_hopmint_human_secret_reads_acme_ops{monitored_resource="audited_resource",project_id="acme-data"${labels}}`;
const WRITES =
  'monitored_resource="consumer_quota",project_id="acme-data",service="secretmanager.googleapis.com",quota_metric="writes"';
const usage = (method: string) =>
  `serviceruntime_googleapis_com:quota_rate_net_usage{${WRITES},method="${method}"}`;
const limit = (name: string) =>
  `serviceruntime_googleapis_com:quota_limit{${WRITES},limit_name="${name}"}`;

const finding = (event: string, kind: string, severity: string) =>
  counter(
    'findings',
    `,event="finding-${event}",kind="${kind}",severity="${severity}",fingerprint="f"`,
  );
const heardBy = (name: string) => counter('changes_heard', `,service_name="hopmint-${name}"`);
const pubsub = (name: string, subscription: string): string =>
  `pubsub_googleapis_com:subscription_${name}{monitored_resource="pubsub_subscription",subscription_id="${subscription}"}`;

type Series = Readonly<Record<string, string>>;

type Situation = {
  readonly alert: string;
  readonly situation: string;
  readonly fires: boolean;
  /** Three hours of samples, one a minute: `0+1x180` rises by one each minute, and `5x180` stays. */
  readonly series: Series;
};

const SITUATIONS: readonly Situation[] = [
  { alert: 'no-tick', situation: 'there has never been a tick', fires: true, series: {} },
  {
    alert: 'no-tick',
    situation: 'ticks come',
    fires: false,
    series: { [counter('ticks')]: '0+1x180' },
  },
  {
    alert: 'no-tick',
    situation: 'ticks have stopped',
    fires: true,
    series: { [counter('ticks')]: '0+1x150 150x30' },
  },
  {
    alert: 'no-tick',
    situation: 'the series of ticks has ended',
    fires: true,
    series: { [counter('ticks')]: '0+1x120' },
  },
  {
    alert: 'audit-incomplete',
    situation: 'there has never been an audit',
    fires: true,
    series: {},
  },
  {
    alert: 'audit-incomplete',
    situation: 'audits are complete',
    fires: false,
    series: { [counter('audits_complete')]: '0+1x180' },
  },
  {
    alert: 'audit-incomplete',
    situation: 'no recent audit was complete',
    fires: true,
    series: { [counter('audits_complete')]: '9x180' },
  },
  {
    alert: 'healed-often',
    situation: 'no chain breaks again and again',
    fires: false,
    series: { [counter('healings_limited', ',chain="x"')]: '0x180' },
  },
  {
    alert: 'healed-often',
    situation: 'fanout heals a chain every ten minutes only',
    fires: true,
    series: { [counter('healings_limited', ',chain="x"')]: '0x175 1x5' },
  },
  {
    alert: 'healed-often',
    situation: 'an audit finds it in the ledger',
    fires: true,
    series: {
      [counter('findings', ',event="finding-opened",kind="healed-often",chain="x"')]: '0x175 1x5',
    },
  },
  {
    alert: 'chain-late',
    situation: 'no chain is late',
    fires: false,
    series: { [counter('ticks_late')]: '0x180' },
  },
  {
    alert: 'chain-late',
    situation: 'the quota makes a chain late',
    fires: true,
    series: { [counter('ticks_late')]: '0x175 1x5' },
  },
  {
    alert: 'chain-late',
    situation: 'an audit finds a stale credential',
    fires: true,
    series: {
      [counter('findings', ',event="finding-opened",kind="credential-stale",chain="x"')]:
        '0x175 1x5',
    },
  },
  {
    alert: 'chain-late',
    situation: 'an audit finds a credential that readers cannot use',
    fires: true,
    series: {
      [counter('findings', ',event="finding-opened",kind="credential-unusable",chain="x"')]:
        '0x175 1x5',
    },
  },
  {
    alert: 'chain-late',
    situation: 'an audit finds something else, or that a late credential is fresh again',
    fires: false,
    series: {
      [counter('findings', ',event="finding-opened",kind="hop-missing",chain="x"')]: '0x175 1x5',
      [counter('findings', ',event="finding-closed",kind="credential-late",chain="x"')]:
        '0x175 1x5',
    },
  },
  {
    alert: 'chain-failing',
    situation: 'a chain fails permanently',
    fires: true,
    series: {
      [counter('failures', ',chain="x",reason="disproved",disposition="fail"')]: '0x175 1x5',
    },
  },
  {
    alert: 'chain-failing',
    situation: 'a chain fails twice and is tried again',
    fires: false,
    series: {
      [counter('failures', ',chain="x",reason="busy",disposition="retry"')]: '0x150 1x10 2x20',
    },
  },
  {
    alert: 'chain-failing',
    situation: 'a chain fails again and again',
    fires: true,
    series: {
      [counter('failures', ',chain="x",reason="hop-denied",disposition="retry"')]:
        '0x130 1x2 2x5 3x10 5x33',
    },
  },
  {
    alert: 'chain-failing',
    situation: 'four chains fail once each',
    fires: false,
    series: Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((chain) => [
        counter('failures', `,chain="${chain}",reason="busy",disposition="retry"`),
        '0x150 1x30',
      ]),
    ),
  },
  {
    alert: 'chain-failing',
    situation: 'a function refuses the chain file',
    fires: true,
    series: { [counter('chain_files_refused')]: '0x175 1x5' },
  },
  {
    alert: 'drift-opened',
    situation: 'an audit finds something for the first time',
    fires: true,
    series: { [finding('opened', 'public', 'critical')]: '_x175 1x5' },
  },
  {
    alert: 'drift-opened',
    situation: 'a finding opens again',
    fires: true,
    series: { [finding('opened', 'public', 'critical')]: '1x175 2x5' },
  },
  {
    alert: 'drift-opened',
    situation: 'a finding opened hours ago, and a severe one is open a day later',
    fires: true,
    series: {
      [finding('opened', 'shortcut', 'medium')]: '1x180',
      [finding('open', 'public', 'high')]: '1x175 2x5',
    },
  },
  {
    alert: 'drift-opened',
    situation:
      'findings opened hours ago, one of medium severity is still open, and the canary opens',
    fires: false,
    series: {
      [finding('opened', 'public', 'critical')]: '1x180',
      [finding('open', 'shortcut', 'medium')]: '_x175 1x5',
      [finding('opened', 'canary', 'info')]: '1x175 2x5',
    },
  },
  {
    alert: 'dead-letters',
    situation: 'messages are acknowledged within seconds',
    fires: false,
    series: {
      [pubsub('num_undelivered_messages', 'hopmint-dead')]: '0x180',
      [pubsub('oldest_unacked_message_age', 'hopmint-mint')]: '20x180',
    },
  },
  {
    alert: 'dead-letters',
    situation: 'a message is in hopmint-dead',
    fires: true,
    series: { [pubsub('num_undelivered_messages', 'hopmint-dead')]: '0x175 1x5' },
  },
  {
    alert: 'dead-letters',
    situation: 'a message waits for eight minutes',
    fires: true,
    series: { [pubsub('oldest_unacked_message_age', 'hopmint-canary')]: '0x170 60+60x10' },
  },
  {
    alert: 'dead-letters',
    situation: 'a message of somebody else waits',
    fires: false,
    series: { [pubsub('oldest_unacked_message_age', 'siem')]: '9000x180' },
  },
  {
    alert: 'not-sent',
    situation: 'a topic refused hours ago',
    fires: false,
    series: { [counter('alerts_not_sent', ',where="topic",reason="policy-denied"')]: '3x180' },
  },
  {
    alert: 'not-sent',
    situation: 'the bucket refuses for the first time',
    fires: true,
    series: { [counter('alerts_not_sent', ',where="state",reason="policy-denied"')]: '_x175 1x5' },
  },
  {
    alert: 'canary-missing',
    situation: 'the canary has never arrived',
    fires: true,
    series: {},
  },
  {
    alert: 'canary-missing',
    situation: 'the canary arrives every quarter of an hour',
    fires: false,
    series: { [counter('canaries')]: '0+1x180', [finding('opened', 'canary', 'info')]: '0+1x180' },
  },
  {
    alert: 'canary-missing',
    situation: 'it arrives, but nobody counts the lines of findings',
    fires: true,
    series: { [counter('canaries')]: '0+1x180' },
  },
  {
    alert: 'changes-unheard',
    situation: 'nothing is rotated, so there is nothing to hear',
    fires: false,
    series: { [counter('rotations')]: '7x180' },
  },
  {
    alert: 'changes-unheard',
    situation: 'chains are rotated, and only fanout hears of it',
    fires: true,
    series: { [counter('rotations')]: '0+1x180', [heardBy('fanout')]: '0+1x180' },
  },
  {
    alert: 'changes-unheard',
    situation: 'chains are rotated, and both functions hear of it',
    fires: false,
    series: {
      [counter('rotations')]: '0+1x180',
      [heardBy('fanout')]: '0+1x180',
      [heardBy('audit')]: '_x150 1x30',
    },
  },
  {
    alert: 'changes-unheard',
    situation: 'a sink may not publish',
    fires: true,
    series: {
      'logging_googleapis_com:exports_error_count{monitored_resource="logging_sink",name="hopmint-changed-acme-ops"}':
        '_x175 1x5',
    },
  },
  {
    alert: 'human-read-secret',
    situation: 'the last read was hours ago',
    fires: false,
    series: { [read(',secret="s",principal="ada"')]: '4x180' },
  },
  {
    alert: 'human-read-secret',
    situation: 'a person reads',
    fires: true,
    series: { [read(',secret="s",principal="ada"')]: '4x175 5x5' },
  },
  {
    alert: 'chain-file-changed',
    situation: 'nobody but a publisher wrote the file',
    fires: false,
    series: {},
  },
  {
    alert: 'chain-file-changed',
    situation: 'somebody changes the policy of the bucket',
    fires: true,
    series: {
      'logging_googleapis_com:user_hopmint_chain_file_changes{monitored_resource="gcs_bucket",principal="eve",method="storage.setIamPermissions"}':
        '0x175 1x5',
    },
  },
  {
    alert: 'quota-near',
    situation: 'three quarters of the quota are used',
    fires: false,
    series: {
      [usage('add')]: '0+150x180',
      [usage('get')]: '0+300x180',
      [limit('PerMinute')]: '600x180',
      [limit('per_day')]: '100000x180',
    },
  },
  {
    alert: 'quota-near',
    situation: 'two methods together use nine tenths of the quota',
    fires: true,
    series: {
      [usage('add')]: '0+240x180',
      [usage('get')]: '0+300x180',
      [limit('PerMinute')]: '600x180',
    },
  },
  {
    alert: 'quota-near',
    situation: 'the last sample of the limit is hours old',
    fires: true,
    series: { [usage('add')]: '0+590x180', [limit('PerMinute')]: '600x10' },
  },
  {
    alert: 'quota-near',
    situation: 'only the limit of one user is near',
    fires: false,
    series: {
      [usage('add')]: '0+100x180',
      [limit('PerMinutePerUser')]: '110x180',
      [limit('per_minute_per_user')]: '110x180',
      [limit('PerMinute')]: '600x180',
    },
  },
];

describe('the alerts of deploy/terraform', () => {
  it('have situations here if they have a PromQL query, and only then', () => {
    const withQuery = [...queries].flatMap(([alert, { length }]) => (length > 0 ? [alert] : []));
    expect(withQuery.sort()).toEqual([...new Set(SITUATIONS.map(({ alert }) => alert))].sort());
  });

  it.each(SITUATIONS)('$alert: that it fires is $fires when $situation', (one) => {
    expect((firing.get(one) ?? []).length > 0).toBe(one.fires);
  });

  it('fire once for each finding', async () => {
    const three = ['a', 'b', 'c'].map((name) =>
      counter(
        'findings',
        `,event="finding-open",kind="public",severity="high",fingerprint="${name}"`,
      ),
    );
    const series = Object.fromEntries(three.map((name) => [name, '_x175 1x5']));
    const [result] = await evaluated([
      { series, queries: queries.get('drift-opened') ?? [], at: '3h' },
    ]);
    expect(result?.flat()).toHaveLength(3);
  });
});
