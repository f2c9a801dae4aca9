import { z } from 'zod';
import { quoted } from '../../basics/printable.ts';

import { wants } from './messages.ts';

const EVERYONE = /^(?:allUsers|allAuthenticatedUsers|principalSet:\/\/goog\/public:all)$/i;
const MEMBER =
  /^(?:(?:user|group|serviceAccount):[^\s@*]+@[^\s@]+|serviceAccount:[^\s*]+\.svc\.id\.goog\[[^\s\]]+\]|domain:[^\s@*]+|principal(?:Set)?:\/\/[^\s]+)$/;

/** What to say of a member that is everyone, and why it is not taken. */
export const everyone = (why: string) => (member: string) =>
  `${member} is everyone: ${why}, so name who it is`;

const memberMessage = (member: string, ofEveryone: (member: string) => string): string => {
  if (EVERYONE.test(member)) return ofEveryone(member);
  if (/gserviceaccount\.com$/.test(member) && !member.includes(':'))
    return `write serviceAccount:${member}`;
  return `${quoted(member)} is no member: write it as IAM does, as in group:oncall@acme.com, user:ada@acme.com or serviceAccount:…`;
};

/** A member as IAM writes it, and not everyone. */
export const memberSchema = (example: string, ofEveryone: (member: string) => string) =>
  z
    .string({ error: wants(example) })
    .refine((member) => MEMBER.test(member) && !EVERYONE.test(member), {
      error: ({ input }) => memberMessage(String(input), ofEveryone),
    });
