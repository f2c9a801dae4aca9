import type { ChainFile } from '../../chain/chain.ts';
import { type Member, parseMember } from '../../iam/member.ts';
import { containersFrom, type Snapshot } from '../../iam/snapshot.ts';
import { isSame } from './expected-access.ts';

/** Does the chain file declare this member as an administrator of the resource, or of something above it? */
export type IsDeclared = (member: Member, resource: string) => boolean;

export function declaredAdministrators(
  { administrators = [] }: Pick<ChainFile, 'administrators'>,
  snapshot: Snapshot,
): IsDeclared {
  const declared = administrators.map(({ member, on }) => ({ member: parseMember(member), on }));
  return (member, resource) =>
    declared.some(
      (one) =>
        isSame(one.member, member) &&
        (one.on === resource || aboveOf(resource, snapshot).includes(one.on)),
    );
}

/** The container of a resource, if it is none itself, and all containers above it. */
function aboveOf(resource: string, snapshot: Snapshot): readonly string[] {
  const [kind = '', id = '', , bucket] = resource.split('/');
  const isBucket = id === '_' && bucket !== undefined;
  const container = isBucket ? snapshot.bucketProjects.get(bucket) : `${kind}/${id}`;
  return container === undefined ? [] : containersFrom(snapshot, container).names;
}
