import { Certificate, digestOf, NOT_COUNTED, roleDataOf } from '../../certificate/certificate.ts';
import { type Consequences, consequencesOf } from '../../checker/derive.ts';
import { publishedFile } from '../audit/assets/chain-file-asset.ts';
import { idOf } from '../chain/account.ts';
import type { ChainFile } from '../chain/chain.ts';
import { isGoogleManaged } from '../iam/service-agent.ts';
import { accountIn, bucketResource, type Snapshot } from '../iam/snapshot.ts';
import { snapshotPart } from './snapshot-part.ts';

/** A time span: of the reads, or that a certificate is about. */
export type Span = { readonly from: Date; readonly to: Date };

/** What a certificate is made of. `digest`: of the chain file. */
export type Certified = {
  readonly file: ChainFile;
  readonly digest: string;
  readonly snapshot: Snapshot;
  readonly reads: Span;
  /** The end of the time that the certificate is about. It begins with the reads. */
  readonly until: Date;
};

/**
 * The certificate of a snapshot. It starts with empty sets, and adds what follows from them until nothing new follows. This ends, because
 * there is a finite number of members and sets, and each step can only make a set larger or a cost lower.
 */
export function certificateOf(certified: Certified): Certificate {
  const certificate = closureOf(withoutSets(certified));
  const unread = certificate.coverage.unread.map(({ resource }) => ({
    resource,
    reason: reasonOf(resource, certified.snapshot),
  }));
  return withDigest({ ...certificate, coverage: { ...certificate.coverage, unread } });
}

/** With its digest, and its keys in the order of the format. */
export function withDigest(certificate: Certificate): Certificate {
  const ordered = Certificate.parse({ ...certificate, digest: '0'.repeat(64) });
  return { ...ordered, digest: digestOf(ordered) };
}

/** The certificate with the sets and the reasons that follow from its snapshot. */
export function closureOf(certificate: Certificate): Certificate {
  for (let before: Certificate = { ...certificate, sets: [] }; ; ) {
    const next = withConsequences(before, consequencesOf(before));
    if (JSON.stringify(before) === JSON.stringify(next)) return next;
    before = next;
  }
}

function withoutSets({ file, digest, snapshot, reads, until }: Certified): Certificate {
  const location = publishedFile(file);
  const bucket = location && bucketResource(location.bucket);
  const caller = accountIn(snapshot, file.caller);
  const part = snapshotPart(snapshot, location?.bucket);
  return {
    format: 'hopmint certificate 1',
    digest: '',
    interval: spanOf({ from: reads.from, to: until }),
    reads: spanOf(reads),
    chainFile: digest,
    roleData: roleDataOf({ snapshot: part }),
    caller: caller === undefined || caller === 'missing' ? idOf(file.caller) : caller.email,
    ...(bucket !== undefined && { bucket }),
    chains: file.chains
      .map(({ name, target: { email, uniqueId }, credential: { kind }, secret }) => ({
        name,
        target: {
          ...(email !== undefined && { email }),
          ...(uniqueId !== undefined && { uniqueId }),
        },
        kind,
        secret,
        members: [],
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    sets: [],
    denials: [],
    snapshot: part,
    coverage: { unread: [], notCounted: [...NOT_COUNTED] },
  };
}

const spanOf = ({ from, to }: Span) => ({ from: from.toISOString(), to: to.toISOString() });

function withConsequences(
  certificate: Certificate,
  { sets, reasons, denials, unread }: Consequences,
): Certificate {
  const inOrder = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const membersOf = (node: string) => inOrder(sets.get(node) ?? new Map<string, number>());
  let binding = 0;
  return {
    ...certificate,
    chains: certificate.chains.map((chain) => ({
      ...chain,
      members: membersOf(`get ${chain.name}`),
    })),
    sets: inOrder(sets)
      .filter(([node, members]) => !node.startsWith('get ') && members.size > 0)
      .map(([node]) => ({ node, members: membersOf(node) })),
    denials: inOrder(denials).map(([, { below, who, permission, policy, rule }]) => ({
      below,
      who,
      permission,
      policy,
      rule,
    })),
    snapshot: {
      ...certificate.snapshot,
      policies: certificate.snapshot.policies.map((policy) => ({
        ...policy,
        bindings: policy.bindings.map((one) => ({ ...one, reason: reasons[binding++] ?? 'leads' })),
      })),
    },
    coverage: {
      ...certificate.coverage,
      unread: [...unread].sort().map((resource) => ({ resource, reason: '' })),
    },
  };
}

/** Why something was not read. @param resource as in `coverage.unread` of a certificate */
function reasonOf(resource: string, { unread, unreadGroups }: Snapshot): string {
  const account = resource.replace('serviceAccount:', '');
  const known = unread.find(
    (one) => one.resource === resource || one.resource.endsWith(`/${account}`),
  );
  if (known) return known.reason;
  if (isGoogleManaged(account)) return 'Google manages this account';
  return unreadGroups.get(resource.replace('group:', '')) ?? 'it was not read';
}
