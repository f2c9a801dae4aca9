import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { openBindings } from '../terraform/bindings.ts';
import { openWorkspace } from '../terraform/workspace.ts';

// `promtool` is in Debian's package `prometheus`.

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
/** The queries of each alert, as Terraform would write them; none where it asks otherwise. */
let queries: ReadonlyMap<string, readonly string[]>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alerts-'));
  const bindings = await openBindings();
  const given = 'project_id = "acme-ops"\nregion = "europe-west1"\n';
  const workspace = await openWorkspace(
    bindings,
    { 'terraform/terraform.tfvars': given },
    { from: DEPLOY, at: 'terraform' },
  );
  await workspace.run('init', '-input=false');
  await workspace.run('plan', '-input=false', '-out=planned');
  const { output } = await workspace.run('show', '-json', 'planned');
  await workspace.close();
  await bindings.close();
  const { resources } = Planned.parse(JSON.parse(output)).planned_values.root_module;
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

/** After three hours, a sample a minute: `0+1x180` counts one more each minute, `5x180` stays. */
const situations: [alert: string, fires: boolean, when: string, series: Series][] = [
  ['no-tick', true, 'there never was a tick', {}],
  ['no-tick', false, 'ticks come', { [counter('ticks')]: '0+1x180' }],
  ['no-tick', true, 'ticks have stopped', { [counter('ticks')]: '0+1x150 150x30' }],
  ['no-tick', true, 'their series has ended', { [counter('ticks')]: '0+1x120' }],
  ['audit-incomplete', true, 'there never was an audit', {}],
  ['audit-incomplete', false, 'audits are whole', { [counter('audits_complete')]: '0+1x180' }],
  ['audit-incomplete', true, 'none of late was', { [counter('audits_complete')]: '9x180' }],
  ['chain-late', false, 'nothing is late', { [counter('ticks_late')]: '0x180' }],
  ['chain-late', true, 'the quota makes one late', { [counter('ticks_late')]: '0x175 1x5' }],
  [
    'chain-late',
    true,
    'an audit finds one stale',
    {
      [counter('findings', ',event="finding-opened",kind="credential-stale",chain="x"')]:
        '0x175 1x5',
    },
  ],
  [
    'chain-late',
    false,
    'an audit finds something else, or the end of it',
    {
      [counter('findings', ',event="finding-opened",kind="hop-missing",chain="x"')]: '0x175 1x5',
      [counter('findings', ',event="finding-closed",kind="credential-late",chain="x"')]:
        '0x175 1x5',
    },
  ],
  [
    'chain-failing',
    true,
    'one fails for good',
    { [counter('failures', ',chain="x",reason="disproved",disposition="fail"')]: '0x175 1x5' },
  ],
  [
    'chain-failing',
    false,
    'one fails twice and is tried again',
    { [counter('failures', ',chain="x",reason="busy",disposition="retry"')]: '0x150 1x10 2x20' },
  ],
  [
    'chain-failing',
    true,
    'one fails again and again',
    {
      [counter('failures', ',chain="x",reason="hop-denied",disposition="retry"')]:
        '0x130 1x2 2x5 3x10 5x33',
    },
  ],
  [
    'chain-failing',
    false,
    'four chains fail once each',
    Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((chain) => [
        counter('failures', `,chain="${chain}",reason="busy",disposition="retry"`),
        '0x150 1x30',
      ]),
    ),
  ],
  ['chain-failing', true, 'the file is refused', { [counter('chain_files_refused')]: '0x175 1x5' }],
  ['human-read-secret', false, 'nobody reads', { [read(',secret="s",principal="ada"')]: '4x180' }],
  [
    'human-read-secret',
    true,
    'somebody reads',
    { [read(',secret="s",principal="ada"')]: '4x175 5x5' },
  ],
  [
    'quota-near',
    false,
    'three quarters are used',
    { [usage('add')]: '0+150x180', [usage('get')]: '0+300x180', [limit('PerMinute')]: '600x180' },
  ],
  [
    'quota-near',
    true,
    'nine tenths are used, by two methods',
    { [usage('add')]: '0+240x180', [usage('get')]: '0+300x180', [limit('PerMinute')]: '600x180' },
  ],
  [
    'quota-near',
    true,
    'the limit was told hours ago',
    { [usage('add')]: '0+590x180', [limit('PerMinute')]: '600x10' },
  ],
  [
    'quota-near',
    false,
    'only the limit of one user is near',
    {
      [usage('add')]: '0+100x180',
      [limit('PerMinutePerUser')]: '110x180',
      [limit('PerMinute')]: '600x180',
    },
  ],
];

/** Whether one of an alert's queries gives anything. */
async function fires(alert: string, series: Series, name: string): Promise<boolean> {
  const rules = (queries.get(alert) ?? []).map((expr) => ({ alert: 'fires', expr }));
  await writeFile(
    join(directory, `${name}.rules.json`),
    JSON.stringify({ groups: [{ name: alert, rules }] }),
  );
  const input = Object.entries(series).map(([one, values]) => ({ series: one, values }));
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
  const told = await run('promtool', ['test', 'rules', `${name}.json`], { cwd: directory }).then(
    ({ stdout }) => stdout,
    ({ code, stdout, stderr }) => {
      if (code !== 1) throw new Error(`promtool: ${stderr}`);
      return `${stdout}${stderr}`;
    },
  );
  if (/SUCCESS/.test(told)) return false;
  if (/got:\s*\[\s*0:/.test(told)) return true;
  throw new Error(told);
}

describe('the alerts of deploy/terraform', () => {
  it('have a query for each of those below, and no other has one', () => {
    const asked = [...queries].flatMap(([alert, { length }]) => (length > 0 ? [alert] : []));
    expect(asked.sort()).toEqual([...new Set(situations.map(([alert]) => alert))].sort());
  });

  it.each(situations)('%s: fires is %s when %s', async (alert, expected, when, series) => {
    const name = `${alert} ${when}`.replace(/\W+/g, '-');
    expect(await fires(alert, series, name)).toBe(expected);
  });
});
