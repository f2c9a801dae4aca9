import { topicOf } from '../../domain/doctor/installation.ts';
import { type Judged, together } from '../../domain/doctor/judged.ts';
import {
  judgeAuditLogs,
  judgeQuotaNames,
  judgeSinkFilter,
  type ReadSinks,
  sinksTo,
} from '../../domain/doctor/logs.ts';
import type { Checks } from './checks.ts';
import type { DoctorContext } from './context.ts';
import type { Facts } from './facts.ts';
import { judgeNeeds } from './needs.ts';

/** Google writes the limit of a quota once a day. */
const LIMITS_OF_MS = 2 * 24 * 60 * 60 * 1000;

export const logChecks: Pick<Checks, 'audit-logs' | 'sink-filter' | 'sink-writer' | 'quota-names'> =
  {
    async 'audit-logs'({ installation }, facts) {
      const read = installation.projects.map(async (project) => ({
        project,
        policy: await facts.projectPolicy(project),
      }));
      return judgeAuditLogs(installation, await Promise.all(read));
    },

    async 'sink-filter'(context, facts) {
      return judgeSinkFilter(
        context.installation,
        await sinksOf(context, facts),
        context.sinkFilter,
      );
    },

    'sink-writer': sinkWriters,

    async 'quota-names'({ installation: { project }, deployment, now, signal }) {
      const to = now();
      const from = new Date(to.getTime() - LIMITS_OF_MS);
      return judgeQuotaNames(project, await deployment.quotaLimits(project, { from, to }, signal));
    },
  };

const sinksOf = ({ installation }: DoctorContext, facts: Facts): Promise<ReadSinks[]> =>
  Promise.all(
    installation.projects.map(async (project) => {
      const { names, unread } = await facts.above(project);
      const parents = await Promise.all(
        [`projects/${project}`, ...names].map(async (parent) => ({
          parent,
          sinks: await facts.sinks(parent),
        })),
      );
      return { project, parents, ...(unread && { unread }) };
    }),
  );

/** The accounts of all sinks to `hopmint-changed`. Without a sink, what `sink-filter` says. */
export async function sinkWriters(context: DoctorContext, facts: Facts): Promise<Judged> {
  const { installation, sinkFilter } = context;
  const read = await sinksOf(context, facts);
  const sinks = new Map(
    read.flatMap((one) => sinksTo(installation, one)).map((sink) => [sink.name, sink]),
  );
  if (sinks.size === 0) return judgeSinkFilter(installation, read, sinkFilter);
  const resource = topicOf(installation, 'changed');
  const judged = [...sinks.values()].map(({ name, writer: member }) => {
    const role = 'roles/pubsub.publisher';
    const permissions = ['pubsub.topics.publish'];
    return judgeNeeds(
      [{ member, permissions, resource, role, on: resource }],
      facts,
      `the writer of ${name}`,
    );
  });
  return together(await Promise.all(judged));
}
