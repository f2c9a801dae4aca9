import type { Failure } from '../../../shared/domain/basics/failure.ts';
import { ok, type Result } from '../../../shared/domain/basics/result.ts';
import { closest } from '../../../shared/domain/basics/text/suggestion.ts';
import type { Published } from '../../../shared/domain/published/read.ts';
import { storeMessage } from '../../operator/published/store.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import type { Draft } from './draft.ts';
import type { Checkout } from './git.ts';

/** A reason not to publish. */
export type Refusal = { readonly exit: Exit; readonly message: string };

/** Refuses a commit that would undo another one. Prints why git does not know. */
export async function refusalByGit(
  checkout: Result<Checkout, string>,
  before: Published | undefined,
  print: (message: string) => void,
): Promise<Refusal | undefined> {
  if (!checkout.ok) {
    print(`the published file names no git commit: ${checkout.error}`);
    return undefined;
  }
  const { commit, uncommitted, hasAncestor } = checkout.value;
  if (uncommitted.length > 0) {
    print(
      `warning: the published file names commit ${commit}, and ${uncommitted.join(', ')} differs from that commit`,
    );
  }
  if (!before?.commit || before.commit === commit) return undefined;
  const isAncestor = await hasAncestor(before.commit);
  if (!isAncestor.ok) {
    print(
      `git does not know whether the published commit is an ancestor of this one: ${isAncestor.error}`,
    );
    return undefined;
  }
  if (isAncestor.value) return undefined;
  return {
    exit: 3,
    message: `the published file was made from commit ${before.commit}, which is not an ancestor of this commit, ${commit}. Merge that commit first, because publishing would undo its changes`,
  };
}

/** Refuses a name in `--remove` whose chain stays. */
export function refusalOfNames(remove: readonly string[], { changes }: Draft): Refusal | undefined {
  const wrong = remove.find((name) => !changes.removed.includes(name));
  if (wrong === undefined) return undefined;
  const meant = closest(wrong, changes.removed);
  const hint = meant === undefined ? 'leave it out' : `did you mean ${meant}?`;
  return { exit: 2, message: `--remove ${wrong}: this chain is not being removed: ${hint}` };
}

/** Refuses a removal that `--remove` does not name. */
export function refusalOfRemovals(
  remove: readonly string[],
  { changes }: Draft,
): Refusal | undefined {
  const missing = changes.removed.filter((name) => !remove.includes(name));
  if (missing.length === 0) return undefined;
  return {
    exit: 2,
    message: `this removes ${missing.join(', ')}: to confirm, add --remove ${changes.removed.join(' ')}`,
  };
}

export async function consentTo(place: string, io: Io): Promise<Result<undefined, Refusal>> {
  const refused = (exit: Exit, message: string) =>
    ({ ok: false, error: { exit, message } }) as const;
  if (!io.terminal) return refused(2, 'there is no terminal to ask on: add --yes');
  const question = `Publish this to ${place}? Type "yes": `;
  const typed = await io.terminal.ask(question, io.signal);
  return typed.trim() === 'yes' ? ok(undefined) : refused(1, 'you did not type "yes"');
}

export function refusalOfWrite(place: string, failure: Failure): Refusal {
  const message = storeMessage(place, failure);
  const next: Partial<Record<Failure['reason'], string>> = {
    'etag-stale': ': somebody else has published. Run the command again',
    // If the answer is lost, the write may have succeeded.
    'cloud-busy': ': the file may be published already. Run the command again',
  };
  return { exit: 3, message: `${message}${next[failure.reason] ?? ''}` };
}
