import { z } from 'zod';
import { quoted } from '../../basics/printable.ts';

import { wants } from './messages.ts';

const EVERYONE = /^(?:allUsers|allAuthenticatedUsers|principalSet:\/\/goog\/public:all)$/i;
const MEMBER =
  /^(?:(?:user|group|serviceAccount):[^\s@*]+@[^\s@]+|serviceAccount:[^\s*]+\.svc\.id\.goog\[[^\s\]]+\]|domain:[^\s@*]+|principal(?:Set)?:\/\/[^\s]+)$/;

/** The message for a member that is everyone. */
export const everyone = (why: string) => (member: string) =>
  `${member} is everyone: ${why}, so name the members`;

const memberMessage = (member: string, ofEveryone: (member: string) => string): string => {
  if (EVERYONE.test(member)) return ofEveryone(member);
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
