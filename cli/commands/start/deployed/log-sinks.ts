import logSink from '../../../../deploy/log-sink.json' with { type: 'json' };
import type { World } from '../world.ts';
import { withGrant } from './grants.ts';

const topicOf = (project: string): string => `projects/${project}/topics/hopmint-changed`;
const destinationOf = (project: string): string => `pubsub.googleapis.com/${topicOf(project)}`;

/**
 * The log sinks of a deployment, in the form of a world file. They publish the changes that can affect who can mint, or what a reader gets.
 *
 * @param audited the resources that the audit reads: each gets a sink
 * @param project of our topics
 */
export const sinksOf = (audited: readonly string[], project: string): object[] =>
  audited.map((parent) => ({
    name: `${parent}/sinks/hopmint-changed-${project}`,
    includeChildren: parent.startsWith('organizations/'),
    destination: destinationOf(project),
    filter: logSink.filter.join('\n'),
  }));

/** The seed that lets our sinks publish. A sink gets its account when it is created, so this seed comes after that of the sinks. */
export function sinkGrantsOf({ sinks, topics }: World, project: string): object {
  const name = topicOf(project);
  const before = topics.find((topic) => topic.name === name)?.policy ?? { bindings: [] };
  const policy = sinks
    .filter(({ destination }) => destination === destinationOf(project))
    .map(({ writerIdentity: member }) => ({
      resource: name,
      role: 'roles/pubsub.publisher',
      member,
    }))
    .reduce(withGrant, before);
  return { accounts: [], topics: [{ name, policy }] };
}
