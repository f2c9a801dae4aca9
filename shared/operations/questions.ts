import type { Policies } from '../cloud/policies.ts';
import { notCoveredBy } from '../domain/audit/coverage.ts';
import {
  type PrincipalAnswer,
  principalAnswer,
  unreadAccess,
} from '../domain/audit/questions/principal.ts';
import { type PrincipalAccess, principalsOf } from '../domain/audit/questions/principals.ts';
import { type Known, searchFor } from '../domain/audit/questions/search.ts';
import { type WayIn, wayIn } from '../domain/audit/ways-in/way-in.ts';
import { err, ok, type Result } from '../domain/basics/result.ts';
import type { Unread } from '../domain/basics/unread.ts';
import { parseAccount } from '../domain/chain/account.ts';
import type { Chain, ChainFile } from '../domain/chain/chain.ts';
import { inSteps } from './in-steps.ts';
import { prepareConditions } from './prepare-conditions.ts';
import { readPolicies } from './read-policies.ts';

/** An answer lists at most this many members, the unexpected ones first. */
export const PRINCIPALS_MAX = 1000;

/** What was not read, and what no policy shows. */
export type QuestionCoverage = {
  readonly unread: readonly Unread[];
  readonly notCovered: readonly Unread[];
};

/** Everyone who can get a credential. */
export type Principals = {
  readonly principals: readonly PrincipalAccess[];
  /** How many there are: `principals` has the first `PRINCIPALS_MAX`. */
  readonly principalCount: number;
  readonly coverage: QuestionCoverage;
};

export type Answered = {
  readonly principal: PrincipalAnswer;
  readonly coverage: QuestionCoverage;
  readonly known: Known;
};

/** Lists everyone who can get the credential of a chain, according to the policies that this identity may read. */
export async function askPrincipals(
  file: ChainFile,
  chain: Chain,
  policies: Policies,
  now: Date,
  signal: AbortSignal,
): Promise<Result<Principals, string>> {
  const known = await read(file, chain, policies, now, signal);
  if (!known.ok) return known;
  const search = await inSteps(searchFor(known.value));
  const all = await inSteps(principalsOf(search));
  return ok({
    principals: all.slice(0, PRINCIPALS_MAX),
    principalCount: all.length,
    coverage: coverageOf(known.value),
  });
}

/** Asks whether one member can get the credential of a chain. @param member as `parseMemberText` returns it */
export async function askPrincipal(
  file: ChainFile,
  chain: Chain,
  member: string,
  policies: Policies,
  now: Date,
  signal: AbortSignal,
): Promise<Result<Answered, string>> {
  const known = await read(file, chain, policies, now, signal, member);
  if (!known.ok) return known;
  const search = await inSteps(searchFor(known.value));
  const principal = await inSteps(principalAnswer(search, member));
  return ok({ principal, coverage: coverageOf(known.value), known: known.value });
}

/** The shortest way in of a member, if there is one that a script can take. */
export const findWayIn = (known: Known, member: string): Promise<WayIn | undefined> =>
  inSteps(wayIn(known, member));

/** Reads what concerns the chain. @returns a message if nothing could be read */
async function read(
  file: ChainFile,
  chain: Chain,
  policies: Policies,
  now: Date,
  signal: AbortSignal,
  member = '',
): Promise<Result<Known, string>> {
  const asked = parseAccount(member.replace(/^serviceAccount:/, ''));
  const isAccount = member.startsWith('serviceAccount:') && asked.ok;
  const also = isAccount ? [asked.value] : [];
  const one = { ...file, chains: [chain] };
  const { snapshot, access } = await readPolicies(one, policies, now, signal, also);
  const [first] = snapshot.unread;
  if (snapshot.accounts.size === 0 && first) {
    return err(`nothing could be read: ${first.resource}: ${first.reason}`);
  }
  await prepareConditions(snapshot, now);
  return ok({ file, chain, snapshot, access, now });
}

const coverageOf = ({ snapshot, access }: Known): QuestionCoverage => ({
  unread: unreadAccess(snapshot),
  notCovered: notCoveredBy(access, snapshot),
});
