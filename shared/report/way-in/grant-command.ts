import { commandLine } from '../../domain/basics/text/shell-line.ts';
import { shellArgument } from '../../domain/basics/text/shell-quote.ts';
import type { Policy } from '../../domain/iam/policy.ts';

/** A grant that a way in makes. */
export type NewGrant = {
  /** The account, secret, project, folder or organization. */
  readonly resource: string;
  readonly role: string;
  /** As IAM writes it; undefined for the variable `me` of the script. */
  readonly member: string | undefined;
};

/** The gcloud group of a resource, its name there, and the flags that say where it is. */
function placeOf(resource: string): { group: string; name: string; flags: string[] } {
  const [kind = '', id = '', collection, name] = resource.split('/');
  if (name !== undefined) {
    const group = collection === 'secrets' ? 'secrets' : 'iam service-accounts';
    return { group, name, flags: [`--project=${id}`] };
  }
  const group = kind === 'folders' ? 'resource-manager folders' : kind;
  return { group, name: id, flags: [] };
}

const argumentOf = (member: string | undefined): string =>
  member === undefined ? '"$me"' : shellArgument(member);

/** Adds a member to a policy that the actor may read too. */
export function addMember({ resource, role, member }: NewGrant): string {
  const { group, name, flags } = placeOf(resource);
  const more = [`--role=${role}`, '--condition=None', '--format=none'];
  const command = commandLine(`gcloud ${group} add-iam-policy-binding`, [name, ...flags, ...more]);
  return `${command} --member=${argumentOf(member)}`;
}

/** Writes the whole policy as it was read, and one more binding: an actor that may set a policy may not always read it. */
export function writePolicy(grant: NewGrant, policy: Policy, file: string): string[] {
  const { role, member } = grant;
  const { group, name, flags } = placeOf(grant.resource);
  const bindings = policy.bindings.map((binding) => ({
    ...binding,
    ...(binding.condition && { condition: { title: 'none', ...binding.condition } }),
  }));
  const all = [...bindings, { role, members: [member ?? ''] }];
  const json = asciiJson({ version: 3, bindings: all });
  // The new binding is the last one. Without a member, its only member is an empty text.
  const end = json.lastIndexOf('""]}]}') + 1;
  const parts =
    member === undefined
      ? [shellArgument(json.slice(0, end)), '"$me"', shellArgument(json.slice(end))]
      : [shellArgument(json)];
  const command = commandLine(`gcloud ${group} set-iam-policy`, [name]);
  return [
    `printf '%s' ${parts.join(' ')} > ${file}`,
    `${command} ${file} ${flagsOf([...flags, '--format=none'])}`,
  ];
}

/** Flags of a command, quoted. */
export const flagsOf = (flags: readonly string[]): string => commandLine('', flags).trim();

/** JSON in printable ASCII, so that a shell shows and reads exactly this text. */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
