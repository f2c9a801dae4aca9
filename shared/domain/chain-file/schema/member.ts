import { z } from 'zod';
import { foreignCharacterIn } from '../../basics/ascii.ts';
import { quoted } from '../../basics/printable.ts';

import { wants } from './messages.ts';

const EVERYONE = /^(?:allUsers|allAuthenticatedUsers|principalSet:\/\/goog\/public:all)$/i;
/** Named by an email or a domain, which are ASCII. */
const NAMED = /^(?:user|group|serviceAccount|domain):/;
const MEMBER =
  /^(?:(?:user|group|serviceAccount):[!-)+-?A-~]+@[!-?A-~]+|serviceAccount:[!-)+-~]+\.svc\.id\.goog\[[!-\\^-~]+\]|domain:[!-)+-?A-~]+|principal(?:Set)?:\/\/[^\s]+)$/;

/** The message for a member that is everyone. */
export const everyone = (why: string) => (member: string) =>
  `${member} is everyone: ${why}, so name the members`;

const memberMessage = (member: string, ofEveryone: (member: string) => string): string => {
  if (EVERYONE.test(member)) return ofEveryone(member);
  const foreign = NAMED.test(member) ? foreignCharacterIn(member) : undefined;
  if (foreign !== undefined) {
    return `${quoted(member)} contains ${foreign}, which no email has: type it again, because this character can look like another one, or be invisible`;
  }
  if (/gserviceaccount\.com$/.test(member) && !member.includes(':'))
    return `write serviceAccount:${member}`;
  return `${quoted(member)} is not a member: write it as in IAM, for example group:oncall@acme.com, user:ada@acme.com or serviceAccount:…`;
};

/** A member as in IAM, but not everyone. */
export const memberSchema = (example: string, ofEveryone: (member: string) => string) =>
  z
    .string({ error: wants(example) })
    .refine((member) => MEMBER.test(member) && !EVERYONE.test(member), {
      error: ({ input }) => memberMessage(String(input), ofEveryone),
    });
