import { findRole } from '../authorization/roles.ts';
import { projectOfEmail } from '../core/projects.ts';

import type { State } from '../state/state.ts';

import { badWorld, type World } from './schema.ts';

/**
 * Checks what a seed refers to against itself and the world that it is added to.
 *
 * @throws {Status} 400 with a line for each fault
 */
export function checkReferences(state: State, world: World): void {
  const containers = new Set([
    ...[...state.organizations.keys(), world.organization?.id].map((id) => `organizations/${id}`),
    ...[...state.folders.keys(), ...world.folders.map(({ id }) => id)].map((id) => `folders/${id}`),
  ]);
  const declared = [
    ...world.projects.map(({ id, number }) => ({ id, number })),
    ...[...state.projects.values()].map((p) => ({ id: p.projectId, number: p.projectNumber })),
  ];
  const faults: string[] = [];
  const unknown = (at: string, name: string) => faults.push(`${at}: there is no ${name}`);

  for (const [i, { parent }] of world.folders.entries()) {
    if (!containers.has(parent)) unknown(`folders[${i}].parent`, parent);
  }
  for (const [i, { parent }] of world.projects.entries()) {
    if (parent !== undefined && !containers.has(parent)) unknown(`projects[${i}].parent`, parent);
  }
  for (const [i, { email }] of world.accounts.entries()) {
    const project = projectOfEmail(email);
    const isNumber = /^\d+$/.test(project ?? '');
    if (project === undefined) faults.push(`accounts[${i}].email: tells no project`);
    else if (isNumber && !declared.some(({ number }) => number === project)) {
      faults.push(`accounts[${i}].email: no project has the number ${project}`);
    }
  }
  const projects = new Set([
    ...declared.map(({ id }) => id),
    ...declared.map(({ number }) => number),
    ...namedProjects(world),
  ]);
  for (const [i, { attachedTo }] of world.denyPolicies.entries()) {
    const [kind, id = ''] = attachedTo.split('/');
    if (kind === 'projects' ? !projects.has(id) : !containers.has(attachedTo)) {
      unknown(`denyPolicies[${i}].attachedTo`, attachedTo);
    }
  }
  faults.push(
    ...repeated(world.folders.map(({ id }) => id)).map((i) => `folders[${i}].id: is there twice`),
    ...repeated(world.projects.map(({ id }) => id)).map((i) => `projects[${i}].id: is there twice`),
    ...repeated(world.projects.map(({ number }) => number)).map(
      (i) => `projects[${i}].number: is there twice`,
    ),
    ...repeated(world.accounts.filter(({ deleted }) => !deleted).map(({ email }) => email)).map(
      (i) => `accounts[${i}].email: is there twice`,
    ),
    ...repeated(world.accounts.map(({ uniqueId }) => uniqueId)).map(
      (i) => `accounts[${i}].uniqueId: is there twice`,
    ),
  );
  for (const [i, { email, uniqueId }] of world.accounts.entries()) {
    const known = state.accounts.get(uniqueId ?? '');
    if (known !== undefined && known.email !== email) {
      faults.push(`accounts[${i}].uniqueId: is that of ${known.email}`);
    }
  }
  if (faults.length > 0) throw badWorld(faults);
}

/** Where a value stands that stood before. */
const repeated = (values: readonly (string | undefined)[]): number[] =>
  values.flatMap((value, i) => (value !== undefined && values.indexOf(value) < i ? [i] : []));

/** What the names of accounts, secrets, topics and buckets tell of projects, by ID or number. */
export function namedProjects(world: World): string[] {
  return [
    ...world.accounts.flatMap(({ email }) => projectOfEmail(email) ?? []),
    ...[...world.secrets, ...world.topics].flatMap(({ name }) => name.split('/')[1] ?? []),
    ...world.buckets.map(({ project }) => project),
  ];
}

/** A line for each binding whose role nobody knows: it grants nothing, which is rarely meant. */
export function unknownRoles(state: State): string[] {
  return [...state.policies].flatMap(([resource, { bindings = [] }]) =>
    bindings
      .filter(({ role }) => findRole(state, role) === undefined)
      .map(
        ({ role }) =>
          `the policy of ${resource} grants ${role}, which is no role: it grants nothing`,
      ),
  );
}
