import type { Certificate } from '../certificate/certificate.ts';
import type { Policies } from '../cloud/policies.ts';
import { certificateOf } from '../domain/certify/certify.ts';
import { contradictionsIn } from '../domain/certify/contradictions.ts';
import { parseAccount } from '../domain/chain/account.ts';
import type { ChainFile } from '../domain/chain/chain.ts';
import { isGoogleManaged } from '../domain/iam/service-agent.ts';
import type { Snapshot } from '../domain/iam/snapshot.ts';
import { inSteps } from './in-steps.ts';
import { type ReadMore, readPolicies } from './read-policies.ts';
import { settledReads } from './settled-reads.ts';

const DAY_MS = 86_400_000;
/** A certificate is about the next seven days. */
const HORIZON_MS = 7 * DAY_MS;
/** How often everything is read. What still changes then counts as unread. */
const ROUNDS_MAX = 5;
const ACCOUNTS_MAX = 10_000;

/** A certificate, and what it rests on. `policies` remembers the results of the reads. */
export type MadeCertificate = {
  readonly certificate: Certificate;
  readonly snapshot: Snapshot;
  readonly policies: Policies;
};

/**
 * Reads everything that a certificate needs, until nothing changes between two reads, and makes the certificate.
 *
 * @param digest of the chain file, SHA-256 in hex
 * @throws if the evaluation of the audit contradicts the certificate, which is a bug
 */
export async function certify(
  file: ChainFile,
  digest: string,
  policies: Policies,
  now: () => Date,
  signal: AbortSignal,
): Promise<MadeCertificate> {
  const from = now();
  const until = new Date(from.getTime() + HORIZON_MS);
  const reads = settledReads(policies, signal);
  const make = (snapshot: Snapshot) =>
    certificateOf({ file, digest, snapshot, reads: { from, to: now() }, until });
  const more: ReadMore = (snapshot) => unreadIn(make(snapshot));
  for (let round = 1; ; round++) {
    const { snapshot, access } = await readPolicies(
      file,
      reads.policies,
      from,
      signal,
      [],
      more,
      ACCOUNTS_MAX,
    );
    const changed = await reads.readAgain();
    if (changed.length > 0 && round < ROUNDS_MAX) continue;
    const settled = changed.length > 0 ? without(snapshot, new Set(changed)) : snapshot;
    const certificate = make(settled);
    const contradictions = await inSteps(
      contradictionsIn(certificate, file, settled, access, from),
    );
    const [first] = contradictions;
    if (first !== undefined) throw new Error(`the audit contradicts the certificate: ${first}`);
    return { certificate, snapshot: settled, policies: reads.policies };
  }
}

/** What a certificate lacks and can be read: accounts, containers, and the accounts of containers. */
function unreadIn({ coverage }: Certificate): ReturnType<ReadMore> {
  const names = coverage.unread.map(({ resource }) => resource);
  const matched = (pattern: RegExp) => names.flatMap((name) => pattern.exec(name)?.[1] ?? []);
  return {
    accounts: matched(/^serviceAccount:(.+)$/).flatMap((name) => {
      const account = parseAccount(name);
      return account.ok && !isGoogleManaged(name) ? [account.value] : [];
    }),
    containers: matched(
      /^(?:above |the deny policies of )?((?:projects|folders|organizations)\/[\w:.-]+)$/,
    ),
    sets: matched(/^principalSet:\/\/cloudresourcemanager\.googleapis\.com\/(.+)\/type\//),
  };
}

/** The snapshot without what changes all the time. */
function without(snapshot: Snapshot, changing: ReadonlySet<string>): Snapshot {
  const settled = <T>(map: ReadonlyMap<string, T>) =>
    new Map([...map].filter(([name]) => !changing.has(name)));
  return {
    ...snapshot,
    policies: settled(snapshot.policies),
    roles: settled(snapshot.roles),
    denyPolicies: settled(snapshot.denyPolicies),
    unread: [
      ...snapshot.unread,
      ...[...changing].map((resource) => ({ resource, reason: 'it kept changing' })),
    ],
  };
}
