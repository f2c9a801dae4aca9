/** Prefixes of members that are named by an email or a domain, which IAM keeps in small letters. */
const NAMED = /^(?:user|group|serviceAccount|domain):/;

/** The same member as a policy writes it: emails are the same in capitals, identifiers of pools are not. */
export const sameText = (a: string, b: string): boolean =>
  a === b || (NAMED.test(a) && a.toLowerCase() === b.toLowerCase());
