import type { Unread } from '../../basics/unread.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { containersAbove, type Snapshot } from '../../iam/snapshot.ts';
import { ownAccountsOf } from '../assets/account-assets.ts';
import { liveAccount } from '../finding/expected-access.ts';
import type { Seen } from './seen-state.ts';

/** What was seen of mints, as a resource: without it, no finding about a mint closes. */
export const MINT_LOG = 'the log of mints';

/** Whether the mints of the accounts of a project are logged, and of which members they are not. */
export type MintLog =
  | { readonly is: 'on'; readonly exempt: readonly string[] }
  | { readonly is: 'off' | 'unknown' };

/**
 * Google logs mints as ADMIN_READ of IAM. A container adds to the configuration of those above it.
 *
 * @see https://cloud.google.com/logging/docs/audit/configure-data-access
 */
export function mintLogOf(
  snapshot: Pick<Snapshot, 'containers' | 'policies'>,
  projectId: string,
): MintLog {
  const { names, isComplete } = containersAbove(snapshot, projectId);
  const asking = names
    .flatMap((name) => snapshot.policies.get(name)?.dataAccessLogs ?? [])
    .filter(
      ({ service, logType }) =>
        logType === 'ADMIN_READ' && ['iam.googleapis.com', 'allServices'].includes(service),
    );
  if (asking.length > 0) {
    return { is: 'on', exempt: asking.flatMap(({ exemptedMembers }) => exemptedMembers) };
  }
  const isRead = isComplete && names.every((name) => snapshot.policies.has(name));
  return { is: isRead ? 'off' : 'unknown' };
}

/** The projects of the accounts of the chains. */
export function projectsIn(file: ChainFile, snapshot: Snapshot): string[] {
  const accounts = file.chains.flatMap(({ delegates, target }) => [...delegates, target]);
  const projects = [file.caller, ...accounts].flatMap(
    (account) => liveAccount(snapshot, account)?.projectId ?? [],
  );
  return [...new Set(projects)].sort();
}

const DAY_MS = 86_400_000;

/**
 * Which mints nobody compares with the chains, and why.
 *
 * @param seen undefined if this audit has no log of mints
 */
export function uncomparedMints(
  file: ChainFile,
  snapshot: Snapshot,
  seen: Seen | undefined,
  now: Date,
): Unread[] {
  if (!seen) {
    const reason = 'only the deployed audit compares the log of mints with the chains';
    return [{ resource: MINT_LOG, reason }];
  }
  // Our own accounts only read. The log of their reads would cost more than that of all mints.
  const own = new Set(ownAccountsOf(file, snapshot).map(({ email }) => `serviceAccount:${email}`));
  const targets = new Set(
    file.chains.flatMap(({ target }) => liveAccount(snapshot, target)?.projectId ?? []),
  );
  return projectsIn(file, snapshot).flatMap((project): Unread[] => {
    const resource = `mints of the accounts of projects/${project}`;
    const log = mintLogOf(snapshot, project);
    if (log.is === 'off') {
      return [
        {
          resource,
          reason:
            'its audit log has no Data Access entries of ADMIN_READ for iam.googleapis.com, so nobody compares its mints with the chains',
        },
      ];
    }
    if (log.is !== 'on') {
      return [
        { resource, reason: 'the policies that decide whether they are logged were not read' },
      ];
    }
    const exempt = [...new Set(log.exempt)].filter((one) => !own.has(one));
    const last = seen.entryAt[project];
    const isSilent = last === undefined || now.getTime() - Date.parse(last) > DAY_MS;
    return [
      ...(exempt.length > 0
        ? [{ resource, reason: `its audit log leaves out the mints of ${exempt.join(', ')}` }]
        : []),
      // Each rotation of a chain mints its target.
      ...(targets.has(project) && isSilent
        ? [
            {
              resource,
              reason: `no entry has arrived ${last === undefined ? 'yet' : `since ${last}`}: check the log sink to hopmint-minted (compare_mints in Terraform)`,
            },
          ]
        : []),
    ];
  });
}
