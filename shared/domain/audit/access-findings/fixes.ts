import type { Steps } from '../../basics/steps.ts';
import { commandLine } from '../../basics/text/shell-line.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { conditionFlag } from '../../grants/condition-flag.ts';
import type { Fix } from '../../grants/fix.ts';
import { grantHop } from '../../grants/fix.ts';
import { hopRoleOf } from '../../grants/hop-role.ts';
import { parseMember } from '../../iam/member.ts';
import { covers } from '../../iam/membership.ts';
import type { Binding } from '../../iam/policy.ts';
import { memberOf, type Snapshot } from '../../iam/snapshot.ts';
import type { EvaluatedHop } from '../hops/evaluate-hops.ts';

/** The grants to add before members are removed from bindings, so that no hop loses its only grant. */
export type Replacements = (bindings: Iterable<Binding>, members: readonly string[]) => Fix[];

export function* replacementsIn(
  hops: readonly EvaluatedHop[],
  { grants }: Pick<ChainFile, 'grants'>,
  snapshot: Snapshot,
): Steps<Replacements> {
  const dependentHops = new Map<Binding | undefined, EvaluatedHop[]>();
  for (const hop of hops) {
    yield;
    const binding = onlyGrantOf(hop);
    const same = dependentHops.get(binding) ?? [];
    dependentHops.set(binding, same);
    same.push(hop);
  }
  return (bindings, members) => {
    const parsed = members.map(parseMember);
    const dependent = [...new Set(bindings)].flatMap((binding) => dependentHops.get(binding) ?? []);
    const fixes = dependent.flatMap(({ hop, evaluation: { from, to } }): Fix[] => {
      if (!from || from === 'missing' || !to || to === 'missing') return [];
      const principal = memberOf(snapshot, hop.from);
      if (parsed.every((member) => covers(member, principal) === 'no')) return [];
      if (grants !== 'narrow') return [grantHop(from.email, { ...to, name: to.email })];
      return [narrowHop(from.email, to, hop.permission)];
    });
    return [...new Map(fixes.map((fix) => [fix.gcloud, fix])).values()];
  };
}

/** The only binding that grants the hop, or may grant it; `undefined` if there are several. */
function onlyGrantOf({ evaluation }: EvaluatedHop): Binding | undefined {
  const certain = evaluation.checkedBindings.filter(({ grants }) => grants === 'yes');
  const [first, ...more] =
    certain.length > 0
      ? certain
      : evaluation.checkedBindings.filter(({ grants }) => grants === 'unknown');
  return more.length === 0 ? first?.binding : undefined;
}

/** Grants the narrowest role for the hop. The command first creates the role if it is a custom role that does not exist. */
function narrowHop(
  from: string,
  to: { readonly email: string; readonly projectId: string },
  permission: string,
): Fix {
  const { role, definition } = hopRoleOf(permission, 'narrow', to.projectId);
  const id = role.split('/').at(-1) ?? '';
  const project = `--project=${to.projectId}`;
  const create = definition
    ? [
        '{',
        commandLine('gcloud iam roles describe', [id, project]),
        '> /dev/null 2>&1 ||',
        commandLine('gcloud iam roles create', [
          id,
          project,
          `--title=${definition.title}`,
          `--description=${definition.description}`,
          `--permissions=${definition.permissions.join(',')}`,
          '--stage=GA',
        ]),
        '; } &&',
      ]
    : [];
  const add = commandLine('gcloud iam service-accounts add-iam-policy-binding', [
    to.email,
    `--member=serviceAccount:${from}`,
    `--role=${role}`,
    conditionFlag(undefined),
    project,
  ]);
  return { gcloud: [...create, add].join(' ') };
}

/** A deleted key cannot be restored, and every program that uses it loses access at once. */
export const deleteKeys = (email: string, projectId: string, keys: readonly string[]): Fix => ({
  gcloud: keys
    .map((key) =>
      commandLine('gcloud iam service-accounts keys delete', [
        key,
        `--iam-account=${email}`,
        `--project=${projectId}`,
        '--quiet',
      ]),
    )
    .join(' && '),
});
