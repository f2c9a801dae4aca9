import { findRole } from '../authorization/roles.ts';
import { projectIdOf, projectOfEmail } from '../core/projects.ts';
import type { State } from '../state/state.ts';
import type { World } from './schema.ts';
import { worldError } from './world-file.ts';

/**
 * Checks that every container that the world refers to exists, in the world or in the state, and that no identifier appears
 * twice.
 *
 * @throws {ApiError} 400 with one line for each error
 */
export function checkReferences(state: State, world: World): void {
  const errors = [
    ...missingContainers(state, world),
    ...duplicates(world),
    ...takenUniqueIds(state, world),
    ...missingTopics(state, world),
  ];
  if (errors.length > 0) throw worldError(errors);
}

function missingContainers(state: State, world: World): string[] {
  const containers = new Set([
    ...[...state.organizations.keys(), world.organization?.id].map((id) => `organizations/${id}`),
    ...[...state.folders.keys(), ...world.folders.map(({ id }) => id)].map((id) => `folders/${id}`),
  ]);
  const declared = [
    ...world.projects.map(({ id, number }) => ({ id, number })),
    ...[...state.projects.values()].map((p) => ({ id: p.projectId, number: p.projectNumber })),
  ];
  const projects = new Set([
    ...declared.flatMap(({ id, number }) => [id, number]),
    ...mentionedProjects(world),
  ]);
  const errors: string[] = [];
  const missing = (path: string, name: string) => errors.push(`${path}: ${name} does not exist`);

  for (const [i, { parent }] of world.folders.entries()) {
    if (!containers.has(parent)) missing(`folders[${i}].parent`, parent);
  }
  for (const [i, { parent }] of world.projects.entries()) {
    if (parent !== undefined && !containers.has(parent)) missing(`projects[${i}].parent`, parent);
  }
  for (const [i, { email }] of world.accounts.entries()) {
    const project = projectOfEmail(email);
    const isNumber = /^\d+$/.test(project ?? '');
    if (project === undefined) errors.push(`accounts[${i}].email: names no project`);
    else if (isNumber && !declared.some(({ number }) => number === project)) {
      errors.push(`accounts[${i}].email: no project has the number ${project}`);
    }
  }
  for (const [i, { attachedTo }] of world.denyPolicies.entries()) {
    const [kind, id = ''] = attachedTo.split('/');
    if (kind === 'projects' ? !projects.has(id) : !containers.has(attachedTo)) {
      missing(`denyPolicies[${i}].attachedTo`, attachedTo);
    }
  }
  for (const [i, { name = '' }] of world.entitlements.entries()) {
    const [kind, id = ''] = name.split('/');
    const container = `${kind}/${id}`;
    if (kind === 'projects' ? !projects.has(id) : !containers.has(container)) {
      missing(`entitlements[${i}].name`, container);
    }
  }
  const entitlements = new Set([
    ...state.entitlements.keys(),
    ...world.entitlements.map(({ name }) => name),
  ]);
  for (const [i, { name }] of world.grants.entries()) {
    const [entitlement = ''] = name.split('/grants/');
    if (!entitlements.has(entitlement)) missing(`grants[${i}].name`, entitlement);
  }
  for (const [i, { name }] of world.workloads.entries()) {
    const [, id = ''] = name.split('/');
    if (!projects.has(id)) missing(`workloads[${i}].name`, `projects/${id}`);
  }
  const values = new Set([
    ...state.tagValues.keys(),
    ...world.tagKeys.flatMap((key) => key.values.map(({ name }) => name)),
  ]);
  for (const [i, { parent }] of world.tagKeys.entries()) {
    const [kind, id = ''] = parent.split('/');
    if (kind === 'projects' ? !projects.has(id) : !containers.has(parent)) {
      missing(`tagKeys[${i}].parent`, parent);
    }
  }
  for (const [i, { tagValue }] of world.tagBindings.entries()) {
    if (!values.has(tagValue)) missing(`tagBindings[${i}].tagValue`, tagValue);
  }
  for (const [i, { name }] of world.sinks.entries()) {
    const [parent = ''] = name.split('/sinks/');
    const [kind, id = ''] = parent.split('/');
    if (kind === 'projects' ? !projects.has(id) : !containers.has(parent)) {
      missing(`sinks[${i}].name`, parent);
    }
  }
  return errors;
}

/** The topics of sinks and of subscriptions. A sink may name the project in another way than the topic does. */
function missingTopics(state: State, world: World): string[] {
  const ids = new Map(world.projects.map(({ id, number }) => [number, id]));
  const withId = (topic: string) =>
    topic.replace(
      /^projects\/([^/]+)/,
      (_, project: string) => `projects/${ids.get(project) ?? projectIdOf(state, project)}`,
    );
  const topics = new Set([...state.topics.keys(), ...world.topics.map(({ name }) => withId(name))]);
  const missing = (topic: string, path: string) =>
    topics.has(withId(topic)) ? [] : [`${path}: ${topic} does not exist`];
  return [
    ...world.sinks.flatMap(({ destination }, i) =>
      missing(destination.replace('pubsub.googleapis.com/', ''), `sinks[${i}].destination`),
    ),
    ...world.subscriptions.flatMap(({ topic, deadLetterPolicy }, i) => [
      ...missing(topic, `subscriptions[${i}].topic`),
      ...(deadLetterPolicy
        ? missing(
            deadLetterPolicy.deadLetterTopic,
            `subscriptions[${i}].deadLetterPolicy.deadLetterTopic`,
          )
        : []),
    ]),
  ];
}

function duplicates({ folders, projects, accounts, sinks }: World): string[] {
  const emails = accounts.map(({ email, deleted }) => (deleted ? undefined : email));
  const repeatedPaths = [
    ...repeated(folders.map(({ id }) => id)).map((i) => `folders[${i}].id`),
    ...repeated(projects.map(({ id }) => id)).map((i) => `projects[${i}].id`),
    ...repeated(projects.map(({ number }) => number)).map((i) => `projects[${i}].number`),
    ...repeated(emails).map((i) => `accounts[${i}].email`),
    ...repeated(accounts.map(({ uniqueId }) => uniqueId)).map((i) => `accounts[${i}].uniqueId`),
    ...repeated(sinks.map(({ name }) => name)).map((i) => `sinks[${i}].name`),
  ];
  return repeatedPaths.map((path) => `${path}: appears twice`);
}

function takenUniqueIds(state: State, { accounts }: World): string[] {
  return accounts.flatMap(({ email, uniqueId }, i) => {
    const owner = state.accounts.get(uniqueId ?? '');
    return owner === undefined || owner.email === email
      ? []
      : [`accounts[${i}].uniqueId: belongs to ${owner.email}`];
  });
}

/** The index of each value that an earlier element has too. */
const repeated = (values: readonly (string | undefined)[]): number[] =>
  values.flatMap((value, i) => (value !== undefined && values.indexOf(value) < i ? [i] : []));

/** The IDs and numbers of the projects in the names of accounts, secrets, topics and buckets. */
export function mentionedProjects(world: World): string[] {
  return [
    ...world.accounts.flatMap(({ email }) => projectOfEmail(email) ?? []),
    ...[...world.secrets, ...world.topics, ...world.runServices].flatMap(
      ({ name }) => name.split('/')[1] ?? [],
    ),
    ...world.buckets.map(({ project }) => project),
  ];
}

/** A warning for each binding whose role does not exist. Such a binding grants nothing and is almost always a mistake. */
export function unknownRoleWarnings(state: State): string[] {
  return [...state.policies].flatMap(([resource, { bindings = [] }]) =>
    bindings
      .filter(({ role }) => findRole(state, role) === undefined)
      .map(
        ({ role }) =>
          `the policy of ${resource} grants ${role}. This role does not exist, so the binding grants nothing`,
      ),
  );
}
