import { z } from 'zod';
import { foreignCharacterIn } from '../../basics/text/ascii.ts';
import { quoted } from '../../basics/text/printable.ts';

import { wants } from './messages.ts';

const EVERYONE = /^(?:allUsers|allAuthenticatedUsers|principalSet:\/\/goog\/public:all)$/i;
/** Named by an email or a domain, which are ASCII. */
const NAMED = /^(?:user|group|serviceAccount|domain):/;
const MEMBER =
  /^(?:(?:user|group):[!-)+-?A-~]+@[!-?A-~]+\.[!-?A-~]+|serviceAccount:[!-)+-?A-~]+@(?:[!-?A-~]+\.)?gserviceaccount\.com|serviceAccount:[!-)+-~]+\.svc\.id\.goog\[[!-\\^-~]+\]|domain:[!-)+-?A-~]+|principal(?:Set)?:\/\/[^\s]+)$/;

/** All people of a company: everyone who joins it becomes a member. */
const WHOLE_DOMAIN = /^(?:domain:|principalSet:\/\/goog\/cloudIdentityCustomerId\/)/;

/** Which large sets a member must not be. */
export type Refused = {
  /** The reason, as in `everyone: an exception must not be for everyone`. */
  readonly everyone: string;
  /** Without it, a whole domain may be the member. */
  readonly domain?: string;
};

const isRefused = (member: string, { domain }: Refused): boolean =>
  EVERYONE.test(member) || (domain !== undefined && WHOLE_DOMAIN.test(member));

const memberMessage = (member: string, refused: Refused): string => {
  if (EVERYONE.test(member)) {
    return `${member} is everyone: ${refused.everyone}, so name the members`;
  }
  const foreign = NAMED.test(member) ? foreignCharacterIn(member) : undefined;
  if (foreign !== undefined) {
    return `${quoted(member)} contains ${foreign}, which no email has: type it again, because this character can look like another one, or be invisible`;
  }
  if (isRefused(member, refused)) {
    return `${quoted(member)} is a whole domain: ${refused.domain}, so name a group or the members`;
  }
  if (/gserviceaccount\.com$/.test(member) && !member.includes(':'))
    return `write serviceAccount:${member}`;
  if (/^serviceAccount:[^@]+@[^@]+$/.test(member)) {
    return `${quoted(member)} is no service account: its email ends in .gserviceaccount.com`;
  }
  return `${quoted(member)} is not a member: write it as in IAM, for example group:oncall@acme.com, user:ada@acme.com or serviceAccount:…`;
};

/** A member as in IAM, but not everyone. */
export const memberSchema = (example: string, refused: Refused) =>
  z
    .string({ error: wants(example) })
    .refine((member) => MEMBER.test(member) && !isRefused(member, refused), {
      error: ({ input }) => memberMessage(String(input), refused),
    });
