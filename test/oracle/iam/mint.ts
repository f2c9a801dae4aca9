import { can, isGranted, type Moment } from './access.ts';
import type { Who } from './members.ts';
import { allOf, type Truth } from './truth.ts';
import { type Account, accountNamed, accountResource, member, type World } from './world.ts';

const PREFIX = 'iam.serviceAccounts.';
export const DELEGATE = `${PREFIX}implicitDelegation`;
/** Each gives a credential of the account. A signature gives an access token too: Google exchanges a signed JWT for one. */
export const MINTS = ['getAccessToken', 'signJwt', 'signBlob', 'getOpenIdToken'].map(
  (verb) => PREFIX + verb,
);
const ID_TOKEN = `${PREFIX}getOpenIdToken`;

const isUsable = (account: Account | undefined): account is Account =>
  account !== undefined && !account.deleted && !account.disabled;

/**
 * Whether a principal gets a credential of the target: each account but the last passes the call on, and the last one mints.
 *
 * @see https://cloud.google.com/iam/docs/create-short-lived-credentials-delegated
 */
export function mints(
  world: World,
  who: Who,
  delegates: readonly string[],
  target: string,
  permission: string,
  moment: Moment,
): Truth {
  const accounts = [...delegates, target].map((name) => accountNamed(world, name));
  if (!accounts.every(isUsable)) return false;
  return allOf(
    ...accounts.map((account, i) => () => {
      const from = i === 0 ? who : member(accounts[i - 1] as Account);
      const needed = i === accounts.length - 1 ? permission : DELEGATE;
      return can(world, from, needed, accountResource(account.email), moment);
    }),
  );
}

/** How somebody gets a credential of an account: by one call, from an identity that it has already. */
export type Way = {
  readonly by: Who;
  readonly delegates: readonly string[];
  readonly permission: string;
};

/** What somebody gets by minting alone, again and again. */
export type Reach = {
  /** Identities for which it has an access token. */
  readonly acts: Set<Who>;
  /** The accounts of which it has a credential, by email. */
  readonly ways: Map<string, Way>;
};

/** Whether an answer is enough: only yes, or also unknown. */
export type Enough = (truth: Truth) => boolean;
export const certain: Enough = (truth) => truth === true;
export const conceivable: Enough = (truth) => truth !== false;

/** Whether somebody has a permission on an account. */
export type Arrow = (who: Who, permission: string, email: string) => boolean;

/** Who can mint or delegate to which account. Judges once for both meanings of enough. */
export function arrowsOf(
  world: World,
  identities: readonly Who[],
  moment: Moment,
): (enough: Enough) => Arrow {
  const known = new Map<string, Truth>();
  for (const { email } of world.accounts.filter(isUsable)) {
    const resource = accountResource(email);
    for (const permission of [DELEGATE, ...MINTS]) {
      if (!isGranted(world, permission, resource)) continue;
      for (const who of identities) {
        const truth = can(world, who, permission, resource, moment);
        if (truth !== false) known.set(`${who} ${permission} ${email}`, truth);
      }
    }
  }
  return (enough) => (who, permission, email) => {
    const key = `${who} ${permission} ${email}`;
    return known.has(key) && enough(known.get(key));
  };
}

/**
 * @param start the identities of the attacker
 * @param others identities in whose name it can mint, but nothing else
 */
export function reachOf(
  world: World,
  start: Iterable<Who>,
  others: Iterable<Who>,
  arrow: Arrow,
): Reach {
  const acts = new Set(start);
  const ways = new Map<string, Way>();
  const emails = world.accounts.filter(isUsable).map(({ email }) => email);
  const asked = new Set<Who>();
  for (let grew = true; grew; ) {
    grew = false;
    for (const by of [...acts, ...others]) {
      if (asked.has(by)) continue;
      asked.add(by);
      grew = true;
      for (const [minter, delegates] of delegatesFrom(by, emails, arrow)) {
        for (const email of emails) {
          for (const permission of MINTS) {
            if (!arrow(minter, permission, email)) continue;
            if (!ways.has(email)) ways.set(email, { by, delegates, permission });
            if (permission !== ID_TOKEN) acts.add(`serviceAccount:${email}`);
          }
        }
      }
    }
  }
  return { acts, ways };
}

/** The identities that can mint in a call by this one, each with the delegates up to it. */
function delegatesFrom(by: Who, emails: readonly string[], arrow: Arrow): Map<Who, string[]> {
  const found = new Map<Who, string[]>([[by, []]]);
  for (const [from, delegates] of found) {
    for (const email of emails) {
      const next = `serviceAccount:${email}`;
      if (!found.has(next) && arrow(from, DELEGATE, email)) found.set(next, [...delegates, email]);
    }
  }
  return found;
}
