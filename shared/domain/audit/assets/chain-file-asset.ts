import { type ObjectLocation, parseObjectLocation } from '../../basics/object-location.ts';
import { nameOf } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { type Member, parseMember } from '../../iam/member.ts';
import {
  OPEN_FILE,
  REPLACE_OBJECT,
  SET_BUCKET_POLICY,
  setsPolicy,
  WRITE_FILE,
} from '../../iam/permissions.ts';
import { bucketResource, containersFrom, type Snapshot } from '../../iam/snapshot.ts';
import { exceptedMembersOn, isSame, liveAccount } from '../finding/expected-access.ts';
import type { Asset } from './asset.ts';

/** The object that the functions read their chains from. */
export const publishedFile = ({
  publishTo,
}: Pick<ChainFile, 'publishTo'>): ObjectLocation | undefined =>
  publishTo === undefined ? undefined : parseObjectLocation(publishTo);

/** The published chain file, with its bucket. Its writer decides what the caller mints, and where to. */
export function chainFileAssets(file: ChainFile, snapshot: Snapshot, now: Date): Asset[] {
  const location = publishedFile(file);
  if (!location) return [];
  const project = snapshot.bucketProjects.get(location.bucket);
  const caller = liveAccount(snapshot, file.caller);
  const publishers = (file.publishers ?? []).map(parseMember);
  const excepted = caller ? exceptedMembersOn(file, caller, now) : [];
  return [
    {
      is: 'chain-file',
      name: `gs://${location.bucket}/${location.name}`,
      resource: bucketResource(location.bucket),
      above: project === undefined ? [] : containersFrom(snapshot, project).names,
      permissions: OPEN_FILE,
      accounts: [caller?.email ?? nameOf(file.caller)],
      chains: file.chains.map(({ name }) => name),
      isEnoughFor: (_, permission) =>
        permission === REPLACE_OBJECT || permission === SET_BUCKET_POLICY || setsPolicy(permission),
      expects: (member, permission) =>
        (OBJECTS.has(permission) && publishers.some((one) => isSame(one, member))) ||
        excepted.some((one) => isSame(one, member)) ||
        isAdministratorsOf(project, member),
    },
  ];
}

/** What a publisher needs. It does not need to change the bucket. */
const OBJECTS: ReadonlySet<string> = new Set(
  WRITE_FILE.filter((permission) => permission.startsWith('storage.objects.')),
);

/** The owners and editors of the bucket's project. Google adds them to each new bucket, and they are reported as administrators of the project. */
const isAdministratorsOf = (project: string | undefined, member: Member): boolean =>
  project !== undefined &&
  member.is === 'other' &&
  ['projectOwner', 'projectEditor'].some(
    (kind) => member.text === `${kind}:${project.replace('projects/', '')}`,
  );
