import { Certificate, digestOf, NOT_COUNTED, roleDataOf } from './certificate.ts';

/** Why a text is refused. `rejected`: it has the form of a certificate, and something in it is wrong. */
export type Refusal = {
  readonly is: 'rejected' | 'not-a-certificate';
  readonly place: string;
  readonly because: string;
};

/** Parses a certificate, and checks what needs no rule of access: its digests, its times, and the order of its lists. */
export function readCertificate(text: string): Certificate | Refusal {
  const refusal = (place: string, because: string): Refusal => ({
    is: 'not-a-certificate',
    place,
    because,
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refusal('the file', 'it is not JSON');
  }
  const parsed = Certificate.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refusal(issue?.path.join('.') || 'the file', issue?.message ?? 'it has another form');
  }
  for (const [place, because] of faultsOf(parsed.data)) return { is: 'rejected', place, because };
  return parsed.data;
}

type Fault = readonly [place: string, because: string];

function* faultsOf(certificate: Certificate): Generator<Fault> {
  const { interval, reads, coverage } = certificate;
  if (digestOf(certificate) !== certificate.digest) {
    yield ['digest', 'it is not the digest of this certificate'];
  }
  if (roleDataOf(certificate) !== certificate.roleData) {
    yield ['roleData', 'it is not the digest of the roles'];
  }
  const isInOrder = reads.from <= reads.to && interval.from < interval.to;
  if (interval.from !== reads.from || !isInOrder) {
    yield ['interval', 'it begins with the reads, and ends later'];
  }
  if (JSON.stringify(coverage.notCounted) !== JSON.stringify(NOT_COUNTED)) {
    yield ['coverage.notCounted', 'it is not the list of this format'];
  }
  for (const { node, members } of certificate.sets) {
    // The sets of chains are with the chains.
    const isOther = members.length > 0 && !node.startsWith('get ');
    if (!isOther) yield [`sets ${node}`, 'it has no members, or it is the set of a chain'];
  }
  for (const [place, names] of listsOf(certificate)) {
    const at = names.findIndex((name, i) => i > 0 && name <= (names[i - 1] ?? ''));
    if (at > 0) yield [`${place}.${at}`, 'it is twice in the list, or not in its order'];
  }
  for (const [place, member] of membersOf(certificate)) {
    if (member !== lowerCaseOf(member)) yield [place, 'an email here has small letters only'];
  }
  yield* basicGroupFaultsOf(certificate);
}

/** A name in two places could mean two things. So each list has an order, and each name is in it once. */
function* listsOf(certificate: Certificate): Generator<[place: string, names: string[]]> {
  const { chains, sets, denials, snapshot, coverage } = certificate;
  yield ['chains', chains.map(({ name }) => name)];
  yield ['sets', sets.map(({ node }) => node)];
  yield ['denials', denials.map((one) => `${one.below} ${one.who} ${one.permission}`)];
  yield ['snapshot.containers', snapshot.containers.map(({ name }) => name)];
  yield ['snapshot.accounts', snapshot.accounts.map(({ email }) => email)];
  yield ['snapshot.missing', snapshot.missing];
  yield ['snapshot.policies', snapshot.policies.map(({ resource }) => resource)];
  yield ['snapshot.roles', snapshot.roles.map(({ name }) => name)];
  yield ['snapshot.denyPolicies', snapshot.denyPolicies.map(({ on, name }) => `${on} ${name}`)];
  yield ['snapshot.groups', snapshot.groups.map(({ name }) => name)];
  yield ['coverage.unread', coverage.unread.map(({ resource }) => resource)];
  for (const { name, members } of chains) yield [`chains ${name}`, members.map(([who]) => who)];
  for (const { node, members } of sets) yield [`sets ${node}`, members.map(([who]) => who)];
  for (const { name, permissions } of snapshot.roles) yield [`role ${name}`, permissions];
  for (const { email, keys } of snapshot.accounts) yield [`keys ${email}`, keys ?? []];
}

function* membersOf({ snapshot }: Certificate): Generator<[place: string, member: string]> {
  for (const { resource, bindings } of snapshot.policies) {
    for (const { members } of bindings) for (const member of members) yield [resource, member];
  }
  for (const { name, members, administrators } of snapshot.groups) {
    for (const member of [name, ...members, ...administrators]) yield [name, member];
  }
}

/** IAM does not look at the case of an email or a domain. A certificate has small letters, so that equal members are equal texts. */
export const lowerCaseOf = (member: string): string =>
  member.replace(/(?<=^(?:user|group|serviceAccount|domain):).+$/s, (name) =>
    name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  );

const BASIC = /^project(Owner|Editor|Viewer):(.+)$/;

/**
 * The members that `projectOwner:P` and its two siblings include: those with the basic role in the policy of the project. Undefined if that
 * policy was not read.
 *
 * @see https://cloud.google.com/storage/docs/access-control/iam#convenience-values
 */
export function basicMembersOf(
  name: string,
  policies: Certificate['snapshot']['policies'],
): string[] | undefined {
  const [, role = '', project] = BASIC.exec(name) ?? [];
  const policy = policies.find(({ resource }) => resource === `projects/${project}`);
  const same = policy?.bindings.filter((one) => one.role === `roles/${role.toLowerCase()}`);
  return same && [...new Set(same.flatMap(({ members }) => members))].sort();
}

function* basicGroupFaultsOf({ snapshot }: Certificate): Generator<Fault> {
  for (const { name, members, administrators, complete } of snapshot.groups) {
    if (!BASIC.test(name)) continue;
    const found = basicMembersOf(name, snapshot.policies);
    const isSame = JSON.stringify(found) === JSON.stringify(members);
    if (!isSame || !complete || administrators.length > 0) {
      yield [name, 'its members are not those of the policy'];
    }
  }
}
