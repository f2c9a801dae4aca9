import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { openBindings } from './provider/bindings.ts';
import { openWorkspace } from './workspace.ts';

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));

const Policy = z.object({
  type: z.literal('google_monitoring_alert_policy'),
  values: z.object({
    display_name: z.string(),
    severity: z.string(),
    conditions: z.array(
      z.object({
        condition_prometheus_query_language: z.array(z.object({ query: z.string() })).default([]),
        condition_matched_log: z.array(z.object({ filter: z.string() })).default([]),
      }),
    ),
  }),
});
const Metric = z.object({
  type: z.literal('google_logging_metric'),
  values: z.object({
    project: z.string(),
    name: z.string(),
    filter: z.string(),
    label_extractors: z.record(z.string(), z.string()).nullish(),
  }),
});
const Planned = z.object({
  planned_values: z.object({ root_module: z.object({ resources: z.array(z.unknown()) }) }),
});

/** An alert, with the conditions that Terraform gives it. A threshold has neither. */
export type PlannedAlert = {
  readonly severity: string;
  readonly queries: readonly string[];
  readonly logFilters: readonly string[];
};

/** A counter of log entries. */
export type PlannedMetric = z.output<typeof Metric>['values'];

export type PlannedAlarm = {
  readonly alerts: ReadonlyMap<string, PlannedAlert>;
  readonly metrics: readonly PlannedMetric[];
};

/** The alerts and metrics that Terraform plans. @param variables of the module, as in a file of Terraform's */
export async function plannedAlarm(variables: string): Promise<PlannedAlarm> {
  const bindings = await openBindings();
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
  const alerts = resources.flatMap((resource) => Policy.safeParse(resource).data ?? []);
  return {
    alerts: new Map(
      alerts.map(({ values: { display_name: name, severity, conditions } }) => [
        name.replace('Hopmint: ', ''),
        {
          severity,
          queries: conditions.flatMap((one) =>
            one.condition_prometheus_query_language.map(({ query }) => query),
          ),
          logFilters: conditions.flatMap((one) =>
            one.condition_matched_log.map(({ filter }) => filter),
          ),
        },
      ]),
    ),
    metrics: resources.flatMap((resource) => Metric.safeParse(resource).data?.values ?? []),
  };
}
