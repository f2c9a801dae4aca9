import logSink from '../../../../deploy/log-sink.json' with { type: 'json' };
import mintSink from '../../../../deploy/mint-sink.json' with { type: 'json' };
import type { World } from '../world.ts';
import { withGrant } from './grants.ts';

/** The topics of log sinks, and what each sink publishes: changes that can affect who can mint or what a reader gets, and mints. */
const SINKS = [
  { name: 'hopmint-changed', filter: logSink.filter },
  { name: 'hopmint-minted', filter: mintSink.filter },
] as const;

const topicOf = (project: string, name: string): string => `projects/${project}/topics/${name}`;
const destinationOf = (project: string, name: string): string =>
  `pubsub.googleapis.com/${topicOf(project, name)}`;

/**
 * The log sinks of a deployment, in the form of a world file.
 *
 * @param audited the resources that the audit reads: each gets the sinks
 * @param project of our topics
 */
export const sinksOf = (audited: readonly string[], project: string): object[] =>
  audited.flatMap((parent) =>
    SINKS.map(({ name, filter }) => ({
      name: `${parent}/sinks/${name}-${project}`,
      includeChildren: parent.startsWith('organizations/'),
      destination: destinationOf(project, name),
      filter: filter.join('\n'),
    })),
  );

/** The seed that lets our sinks publish. A sink gets its account when it is created, so this seed comes after that of the sinks. */
export function sinkGrantsOf({ sinks, topics }: World, project: string): object {
  const granted = SINKS.map(({ name }) => {
    const topic = topicOf(project, name);
    const before = topics.find((one) => one.name === topic)?.policy ?? { bindings: [] };
    const policy = sinks
      .filter(({ destination }) => destination === destinationOf(project, name))
      .map(({ writerIdentity: member }) => ({
        resource: topic,
        role: 'roles/pubsub.publisher',
        member,
      }))
      .reduce(withGrant, before);
    return { name: topic, policy };
  });
  return { accounts: [], topics: granted };
}
