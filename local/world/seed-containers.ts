import { newProjectNumber, projectIdOf } from '../core/projects.ts';
import type { Container } from '../state/container.ts';
import type { State } from '../state/state.ts';
import { mentionedProjects } from './check-references.ts';
import type { World } from './schema.ts';
import { seedPolicy } from './seed-policy.ts';

/** Merges the organization, the folders and the projects of a world into the state. */
export function seedContainers(state: State, world: World): void {
  const { organization } = world;
  if (organization) {
    const name = `organizations/${organization.id}`;
    state.organizations.set(organization.id, merged(state.organizations, name, organization));
    seedPolicy(state, name, organization.policy);
  }
  for (const folder of world.folders) {
    const name = `folders/${folder.id}`;
    state.folders.set(folder.id, merged(state.folders, name, folder));
    seedPolicy(state, name, folder.policy);
  }
  for (const project of world.projects) {
    const { number, ...fields } = project;
    const { id } = project;
    const projectNumber =
      number ?? state.projects.get(id)?.projectNumber ?? newProjectNumber(state);
    const container = merged(state.projects, `projects/${id}`, fields);
    state.projects.set(id, { ...container, projectId: id, projectNumber });
    seedPolicy(state, container.name, project.policy);
  }
  for (const project of mentionedProjects(world)) addMentionedProject(state, project);
}

/** Adds a project that the world mentions and does not declare. It has no parent. */
function addMentionedProject(state: State, project: string): void {
  const projectId = projectIdOf(state, project);
  if (state.projects.has(projectId)) return;
  const projectNumber = newProjectNumber(state);
  state.projects.set(projectId, { name: `projects/${projectId}`, projectId, projectNumber });
}

function merged(
  existing: ReadonlyMap<string, Container>,
  name: string,
  { policy: _, ...seed }: Omit<Container, 'name'> & { id: string; policy?: unknown },
): Container {
  const { id, ...fields } = seed;
  return { ...existing.get(id), name, ...fields };
}
