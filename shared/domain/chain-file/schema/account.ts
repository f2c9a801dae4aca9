import { z } from 'zod';
import { err } from '../../basics/result.ts';
import { type Account, faultOfNumber, parseAccount } from '../../chain/account.ts';
import { strict, wants } from './messages.ts';

const named = (value: string | number, context: z.core.$RefinementCtx): Account => {
  const account = typeof value === 'string' ? parseAccount(value) : err(faultOfNumber(value));
  if (account.ok) return account.value;
  context.issues.push({ code: 'custom', message: account.error, input: value });
  return z.NEVER;
};

/**
 * An unquoted unique ID is a number for editors. The reader of YAML gives its digits as a text, because no number holds them. So a number here
 * is something else, such as `1.05e20`.
 */
const name = (example: string) =>
  z.union([z.string(), z.number()], { error: wants(example) }).transform(named);

const half = (part: 'email' | 'uniqueId', example: string) =>
  name(example).transform((account, context): string => {
    const value = account[part];
    if (value !== undefined) return value;
    const message = `this is the value for the other key: write ${example}`;
    context.issues.push({ code: 'custom', message, input: account });
    return z.NEVER;
  });

/** A pinned account. An account that is created again has the same email and another unique ID. */
const Pin = strict(
  {
    email: half('email', 'email: relay@acme-ops.iam.gserviceaccount.com').describe(
      'The email of the account.',
    ),
    uniqueId: half('uniqueId', 'uniqueId: "104857600000000000000"').describe(
      'The 21 digits of the account. No other account ever gets them.',
    ),
  },
  'the account: its email, or both its email and its uniqueId',
).describe(
  'An account by email and unique ID. An account that was created again under this email is refused.',
);

/** An email, a unique ID, either behind `projects/-/serviceAccounts/`, or both. */
export const accountSchema = (example: string) =>
  z.union([name(example), Pin], { error: wants(example) });
