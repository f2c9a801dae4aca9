import type { Failure } from '../basics/failure.ts';
import type { Result } from '../basics/result.ts';
import { commandLine } from '../basics/text/shell-line.ts';
import { shellArgument } from '../basics/text/shell-quote.ts';
import type { AuditConfig, LogSink, ProjectPolicy, QuotaLimit } from './facts.ts';
import { type Installation, topicOf } from './installation.ts';
import { failed, type Judged, ok, together, unknown, unread } from './judged.ts';

type Log = { readonly service: string; readonly type: string; readonly what: string };

const log = (service: string, type: string, what: string): Log => ({
  service: `${service}.googleapis.com`,
  type,
  what,
});

/** What the audit log of a project must have: minting counts as ADMIN_READ of IAM. */
export const logsFor = ({ project, secretProjects }: Installation, id: string): readonly Log[] => [
  ...(secretProjects.includes(id) ? [log('secretmanager', 'DATA_READ', 'reads of secrets')] : []),
  log('iam', 'ADMIN_READ', 'mints'),
  ...(id === project ? [log('storage', 'DATA_WRITE', 'writes of the chain file')] : []),
];

const has = (configs: readonly AuditConfig[], { service, type }: Log): boolean =>
  configs.some(
    (config) =>
      (config.service === service || config.service === 'allServices') &&
      config.logTypes.includes(type),
  );

export const judgeAuditLogs = (
  installation: Installation,
  read: readonly { readonly project: string; readonly policy: Result<ProjectPolicy, Failure> }[],
): Judged =>
  together(
    read.map(({ project, policy }) => {
      if (!policy.ok) return unread(`the policy of ${project}`, policy.error);
      const logs = logsFor(installation, project);
      const missing = logs.filter((one) => !has(policy.value.auditConfigs, one));
      if (missing.length === 0) return ok(`${project}: ${logs.map(({ what }) => what).join(', ')}`);
      if (!installation.settings.dataAccessLogs) return ok(`${project}: switched off in Terraform`);
      return failed(
        `the audit log of ${project} lacks ${missing.map(({ what }) => what).join(', ')}`,
        setAuditConfigs(project, policy.value.auditConfigs, missing),
      );
    }),
  );

/** gcloud has no command for one setting, so the whole policy is read and written. */
function setAuditConfigs(
  project: string,
  configs: readonly AuditConfig[],
  missing: readonly Log[],
): string {
  const byService = Map.groupBy(missing, ({ service }) => service);
  const added = [...byService].map(([service, logs]) => ({
    service,
    auditLogConfigs: [
      ...new Set([
        ...configs
          .filter((config) => config.service === service)
          .flatMap(({ logTypes }) => logTypes),
        ...logs.map(({ type }) => type),
      ]),
    ].map((logType) => ({ logType })),
  }));
  const names = JSON.stringify([...byService.keys()]);
  const program = `.auditConfigs = [(.auditConfigs // [])[] | select(.service as $s | ${names} | index($s) | not)] + ${JSON.stringify(added)}`;
  const get = commandLine('gcloud projects get-iam-policy', [project, '--format=json']);
  const set = commandLine('gcloud projects set-iam-policy', [project, 'policy.json']);
  return `${get} | jq ${shellArgument(program)} > policy.json && ${set}`;
}

/** What was read of the sinks that may export the log of a project. */
export type ReadSinks = {
  readonly project: string;
  /** The project itself first, then what is above it. */
  readonly parents: readonly {
    readonly parent: string;
    readonly sinks: Result<readonly LogSink[], Failure>;
  }[];
  /** Why the containers above are not all known. */
  readonly unread?: Failure;
};

const destinationOf = (installation: Installation): string =>
  `pubsub.googleapis.com/${topicOf(installation, 'changed')}`;

/** The sinks that export the log of a project to `hopmint-changed`. */
export function sinksTo(installation: Installation, { project, parents }: ReadSinks): LogSink[] {
  return parents.flatMap(({ parent, sinks }) =>
    sinks.ok
      ? sinks.value.filter(
          ({ destination, includesChildren, isDisabled }) =>
            destination === destinationOf(installation) &&
            !isDisabled &&
            (parent === `projects/${project}` || includesChildren),
        )
      : [],
  );
}

const parentFlag = (parent: string): string => {
  const [kind = '', id = ''] = parent.split('/');
  return `--${kind.slice(0, -1)}=${id}`;
};

const normalized = (filter: string): string => filter.replaceAll(/\s+/g, ' ').trim();

/** @param filter the filter of `deploy/log-sink.json` */
export const judgeSinkFilter = (
  installation: Installation,
  read: readonly ReadSinks[],
  filter: string,
): Judged =>
  together(
    read.map((one) => {
      const sinks = sinksTo(installation, one);
      const [first] = sinks;
      const good = sinks.find((sink) => normalized(sink.filter) === normalized(filter));
      if (good) return ok(`${one.project}: ${good.name}`);
      if (first) {
        const [parent = '', id = ''] = first.name.split('/sinks/');
        return failed(
          `the filter of ${first.name} is not the filter of this version`,
          commandLine('gcloud logging sinks update', [
            id,
            `--log-filter=${filter}`,
            parentFlag(parent),
          ]),
        );
      }
      const refused = one.parents.find(({ sinks: list }) => !list.ok);
      if (refused && !refused.sinks.ok) {
        return unread(`the log sinks of ${refused.parent}`, refused.sinks.error);
      }
      if (one.unread) return unread(`the folders above ${one.project}`, one.unread);
      return failed(
        `no log sink exports the changes of ${one.project} to hopmint-changed`,
        commandLine('gcloud logging sinks create', [
          `hopmint-changed-${installation.project}`,
          destinationOf(installation),
          `--log-filter=${filter}`,
          `--project=${one.project}`,
        ]),
      );
    }),
  );

/** The alert quota-near reads the limits of these services, by this pattern of their names. */
const ALERTED = ['cloudresourcemanager', 'iam', 'iamcredentials', 'secretmanager'];
const isAlerted = (name: string): boolean => /PerMinute/.test(name) && !/PerUser/.test(name);

/** Google writes a limit once a day. */
export const judgeQuotaNames = (
  project: string,
  limits: Result<readonly QuotaLimit[], Failure>,
): Judged => {
  if (!limits.ok) return unread(`the quotas of ${project}`, limits.error);
  const byService = Map.groupBy(limits.value, ({ service }) => service.split('.')[0] ?? '');
  return together(
    ALERTED.map((name) => {
      const names = [...new Set((byService.get(name) ?? []).map(({ limitName }) => limitName))];
      if (names.some(isAlerted)) return ok(`${name}: ${names.filter(isAlerted).join(', ')}`);
      if (names.length === 0) {
        return unknown(`Monitoring has no limit of ${name} from the last two days`);
      }
      return failed(
        `no limit of ${name} has PerMinute in its name, so quota-near cannot fire: ${names.join(', ')}`,
        `terraform apply -var='alerts_off=["quota-near"]'`,
      );
    }),
  );
};
