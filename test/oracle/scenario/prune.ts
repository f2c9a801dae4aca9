import { accountsOf, type Scenario } from './scenario.ts';

type Draft = { -readonly [Key in keyof Scenario]: Scenario[Key] };

/** Leaves out each part of a world that the disagreement does not need, one after the other. */
export async function prune(
  scenario: Scenario,
  stillDisagrees: (pruned: Scenario) => Promise<boolean>,
): Promise<Scenario> {
  let kept = scenario;
  for (const leaveOut of prunings(scenario)) {
    const draft = structuredClone(kept) as Draft;
    leaveOut(draft);
    if (JSON.stringify(draft) === JSON.stringify(kept)) continue;
    if (await stillDisagrees(draft).catch(() => false)) kept = draft;
  }
  return kept;
}

function* prunings({ world, file }: Scenario): Generator<(draft: Draft) => void> {
  yield (draft) => {
    draft.probes = [];
  };
  yield (draft) => {
    delete (draft.file as { administrators?: unknown }).administrators;
  };
  yield (draft) => {
    delete (draft.file as { exceptions?: unknown }).exceptions;
  };
  yield (draft) => {
    delete (draft.file as { pins?: unknown }).pins;
  };
  yield (draft) => {
    delete (draft.file as { publishTo?: unknown }).publishTo;
    draft.world.buckets = [];
  };
  yield (draft) => {
    draft.world.tagBindings = [];
  };
  yield (draft) => {
    draft.world.tagKeys = [];
    draft.world.tagBindings = [];
  };
  yield (draft) => {
    for (const group of draft.world.groups) group.managers = [];
  };
  const named = new Set(file.chains.flatMap((chain) => accountsOf(file, chain)));
  for (const { uniqueId, email } of world.accounts.filter(
    (one) => !named.has(one.email) || one.deleted,
  )) {
    yield ({ world: pruned }) => {
      pruned.accounts = pruned.accounts.filter((account) => account.uniqueId !== uniqueId);
      for (const group of pruned.groups) {
        group.members = group.members.filter((member) => !member.endsWith(email));
      }
    };
  }
  for (const { name } of world.roles) {
    yield ({ world: pruned }) => {
      pruned.roles = pruned.roles.filter((role) => role.name !== name);
      for (const { policy } of [
        pruned.organization,
        ...pruned.folders,
        ...pruned.projects,
        ...pruned.accounts,
      ]) {
        if (policy) policy.bindings = policy.bindings.filter(({ role }) => role !== name);
      }
    };
  }
  for (const { email } of world.groups) {
    yield ({ world: pruned }) => {
      pruned.groups = pruned.groups.filter((group) => group.email !== email);
    };
  }
  for (const project of world.projects) {
    yield ({ world: pruned }) => {
      const found = pruned.projects.find(({ id }) => id === project.id);
      if (found) found.parent = `organizations/${pruned.organization.id}`;
    };
  }
  for (const { id } of [...world.folders].reverse()) {
    yield ({ world: pruned }) => {
      pruned.folders = pruned.folders.filter((folder) => folder.id !== id);
    };
  }
  for (const role of world.roles) {
    for (const permission of role.includedPermissions) {
      yield ({ world: pruned }) => {
        const found = pruned.roles.find(({ name }) => name === role.name);
        if (found)
          found.includedPermissions = found.includedPermissions.filter((one) => one !== permission);
      };
    }
  }
}
