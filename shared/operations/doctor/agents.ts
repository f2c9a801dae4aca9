import { agentsOf, judgeAgent, type Need } from '../../domain/doctor/grants.ts';
import {
  accountResource,
  accountsOf,
  SUBSCRIPTION_NAMES,
  subscriptionOf,
  topicOf,
} from '../../domain/doctor/installation.ts';
import { type Judged, ok, unread } from '../../domain/doctor/judged.ts';
import type { Checks } from './checks.ts';
import type { DoctorContext } from './context.ts';
import type { Facts } from './facts.ts';
import { invoke, judgeNeeds, judgeOnServices } from './needs.ts';

/** A check of Google's agents. Their names contain the number of the project. */
async function withAgents(
  { installation }: DoctorContext,
  facts: Facts,
  judge: (agents: ReturnType<typeof agentsOf>) => Promise<Judged>,
): Promise<Judged> {
  const project = await facts.project(installation.project);
  return project.ok
    ? judge(agentsOf(project.value.number))
    : unread(`the number of ${installation.project}`, project.error);
}

const agentWithRole =
  (name: string, agent: 'scheduler' | 'build' | 'run', role: string): Checks['agent-run'] =>
  (context, facts) =>
    withAgents(context, facts, async (agents) => {
      const { project } = context.installation;
      return judgeAgent(
        name,
        agents[agent],
        role,
        project,
        await facts.policy(`projects/${project}`),
      );
    });

export const agentChecks: Pick<Checks, Extract<keyof Checks, `agent-${string}`>> = {
  'agent-push': (context, facts) =>
    withAgents(context, facts, ({ pubsub }) => {
      const { installation } = context;
      const resource = accountResource(accountsOf(installation).trigger, installation.project);
      const role = 'roles/iam.serviceAccountOpenIdTokenCreator';
      const permissions = ['iam.serviceAccounts.getOpenIdToken'];
      const need = { member: pubsub, permissions, resource, role, on: resource };
      return judgeNeeds([need], facts, "Pub/Sub's agent");
    }),

  'agent-dead-letters': (context, facts) =>
    withAgents(context, facts, ({ pubsub }) => {
      const { installation } = context;
      const dead = topicOf(installation, 'dead');
      const need = (resource: string, role: string, permission: string): Need => ({
        member: pubsub,
        permissions: [permission],
        resource,
        role,
        on: resource,
      });
      const needs = [
        need(dead, 'roles/pubsub.publisher', 'pubsub.topics.publish'),
        ...SUBSCRIPTION_NAMES.map((name) =>
          need(
            subscriptionOf(installation, name),
            'roles/pubsub.subscriber',
            'pubsub.subscriptions.consume',
          ),
        ),
      ];
      return judgeNeeds(needs, facts, "Pub/Sub's agent");
    }),

  'agent-scheduler': agentWithRole(
    "Cloud Scheduler's agent",
    'scheduler',
    'roles/cloudscheduler.serviceAgent',
  ),
  'agent-build': agentWithRole("Cloud Build's agent", 'build', 'roles/cloudbuild.serviceAgent'),
  'agent-run': agentWithRole("Cloud Run's agent", 'run', 'roles/run.serviceAgent'),

  'agent-uptime': (context, facts) =>
    withAgents(context, facts, async ({ monitoring: member }) => {
      const found = await facts.services();
      const ingress = found.ok ? found.value.audit?.ingress : undefined;
      if (ingress !== undefined && ingress !== 'all') {
        return ok(`audit is ${ingress}: Cloud Scheduler asks for the status`);
      }
      const needOn = (resource: string) => invoke(member, resource);
      return judgeOnServices(context, facts, needOn, "Monitoring's agent", ['audit']);
    }),
};
