import { z } from 'zod';
import { isAccount } from '../chain/account.ts';
import { type Administrator, type Exception, GRANTS_MODES } from '../chain/chain.ts';
import { instant as isInstant } from './check.ts';

/** The format that this code writes and reads. Any change of a line or of the header is another format. */
export const FORMAT_VERSION = 1;

/** The key of the custom metadata in which the publisher states its identity. Nobody checks it. */
export const WRITTEN_BY = 'written-by';

/** The content type of a published file. */
export const PUBLISHED_TYPE = 'application/jsonl';

/** A text that begins so is a published file, and no YAML. */
const BEGINNING = '{"hopmintFormat":';

/** What precedes the bytes that the digest covers: the format and the digest itself. */
export const prefixOf = (digest: string): string =>
  `${BEGINNING}${FORMAT_VERSION},"digest":"${digest}"`;

/** In bytes, because the prefix is ASCII. */
export const PREFIX_LENGTH = prefixOf('0'.repeat(64)).length;

/** @param head the first bytes of a file, as text */
export const isPublished = (head: string): boolean => head.startsWith(BEGINNING);

/** The format that a file says it has. None where it is no published file. */
export const formatOf = (head: string): string | undefined =>
  isPublished(head) ? /^[^,}]{0,20}/.exec(head.slice(BEGINNING.length))?.[0] : undefined;

/** The digest that a file says it has. */
export const digestIn = (prefix: string): string | undefined =>
  /^\{"hopmintFormat":\d+,"digest":"(?<digest>[0-9a-f]{64})"$/.exec(prefix)?.groups?.digest;

/** A time exactly as `toISOString` writes it. */
const instant = z
  .string()
  .refine((text) => isInstant(text) === undefined)
  .transform((text) => new Date(text));
const text = z.string().min(1);
const whole = z.int().min(1);

const AccountJson = z
  .union([
    z.strictObject({ email: text, uniqueId: text.exactOptional() }),
    z.strictObject({ uniqueId: text }),
  ])
  .refine(isAccount);
const PauseJson = z.strictObject({ until: instant, reason: text });
/** A pause that an operator adds to the published file with `./hopmint pause`. The chain file does not have it. */
export type OperatorPause = Readonly<z.output<typeof OperatorPause>>;
const OperatorPause = PauseJson.extend({ chain: text });
const ExceptionJson: z.ZodType<Exception> = z.strictObject({
  account: AccountJson,
  member: text,
  reason: text,
  owner: text,
  expires: instant,
});

const AdministratorJson: z.ZodType<Administrator> = z.strictObject({
  member: text,
  on: text,
  reviewed: instant,
});

/** The first line of a published file: everything that is not a chain. */
export const Header = z.strictObject({
  hopmintFormat: z.literal(FORMAT_VERSION),
  digest: text,
  settings: z.strictObject({
    caller: AccountJson,
    publishTo: text.exactOptional(),
    publishers: z.array(text).exactOptional(),
    tickEverySeconds: whole,
    writesPerMinute: whole,
    grants: z.enum(GRANTS_MODES).exactOptional(),
    grantForSeconds: whole.exactOptional(),
    paused: PauseJson.exactOptional(),
    exceptions: z.array(ExceptionJson),
    administrators: z.array(AdministratorJson).exactOptional(),
  }),
  chainCount: z.int().min(0),
  sources: z.array(z.strictObject({ path: text, sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
  commit: text.exactOptional(),
  pauses: z.array(OperatorPause),
});
