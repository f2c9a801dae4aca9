import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { openBindings } from '../terraform/provider/bindings.ts';
import { openWorkspace } from '../terraform/workspace.ts';

// Needs `promtool`, which is in Debian's package `prometheus`.

const run = promisify(execFile);
const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));

const Condition = z.object({
  display_name: z.string(),
  condition_prometheus_query_language: z.array(z.object({ query: z.string() })),
});
const Policy = z.object({
  type: z.literal('google_monitoring_alert_policy'),
  values: z.object({ display_name: z.string(), conditions: z.array(Condition) }),
});
const Planned = z.object({
  planned_values: z.object({ root_module: z.object({ resources: z.array(z.unknown()) }) }),
});

let directory: string;
/** The PromQL queries of each alert that Terraform plans. An alert with another kind of condition has none. */
let queries: ReadonlyMap<string, readonly string[]>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alerts-'));
  const bindings = await openBindings();
  const variables = 'project_id = "acme-ops"\nregion = "europe-west1"\n';
  const workspace = await openWorkspace(
    bindings,
    { 'terraform/terraform.tfvars': variables },
    { from: DEPLOY, at: 'terraform' },
  );
  await workspace.run('init', '-input=false');
  await workspace.run('plan', '-input=false', '-out=planned');
  const { stdout } = await workspace.run('show', '-json', 'planned');
  await workspace.close();
  await bindings.close();
  const { resources } = Planned.parse(JSON.parse(stdout)).planned_values.root_module;
  const policies = resources.flatMap((resource) => Policy.safeParse(resource).data ?? []);
  queries = new Map(
    policies.map(({ values }) => [
      values.display_name.replace('Hopmint: ', ''),
      values.conditions.flatMap((condition) =>
        condition.condition_prometheus_query_language.map(({ query }) => query),
      ),
    ]),
  );
});
afterAll(() => rm(directory, { recursive: true, force: true }));

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

/** Whether one of the alert's queries has a result after three hours. */
async function fires(alert: string, series: Series, name: string): Promise<boolean> {
  const rules = (queries.get(alert) ?? []).map((expr) => ({ alert: 'fires', expr }));
  await writeFile(
    join(directory, `${name}.rules.json`),
    JSON.stringify({ groups: [{ name: alert, rules }] }),
  );
  const input = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  const expectation = { eval_time: '3h', alertname: 'fires', exp_alerts: [] };
  const test = { interval: '1m', input_series: input, alert_rule_test: [expectation] };
  await writeFile(
    join(directory, `${name}.json`),
    JSON.stringify({
      rule_files: [`${name}.rules.json`],
      evaluation_interval: '1m',
      tests: [test],
    }),
  );
  const output = await run('promtool', ['test', 'rules', `${name}.json`], { cwd: directory }).then(
    ({ stdout }) => stdout,
    ({ code, stdout, stderr }) => {
      if (code !== 1) throw new Error(`promtool: ${stderr}`);
      return `${stdout}${stderr}`;
    },
  );
  if (/SUCCESS/.test(output)) return false;
  if (/got:\s*\[\s*0:/.test(output)) return true;
  throw new Error(output);
}

describe('the alerts of deploy/terraform', () => {
  it('have situations here if they have a PromQL query, and only then', () => {
    const withQuery = [...queries].flatMap(([alert, { length }]) => (length > 0 ? [alert] : []));
    expect(withQuery.sort()).toEqual([...new Set(SITUATIONS.map(({ alert }) => alert))].sort());
  });

  it.each(SITUATIONS)(
    '$alert: that it fires is $fires when $situation',
    async ({ alert, situation, fires: expected, series }) => {
      const name = `${alert} ${situation}`.replace(/\W+/g, '-');
      expect(await fires(alert, series, name)).toBe(expected);
    },
  );
});
