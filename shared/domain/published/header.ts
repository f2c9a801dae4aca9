import { z } from 'zod';
import { isAccount } from '../chain/account.ts';
import { type Administrator, type Exception, GRANTS_MODES } from '../chain/chain.ts';

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

const instant = z.iso.datetime().transform((text) => new Date(text));

const AccountJson = z
  .union([
    z.strictObject({ email: z.string(), uniqueId: z.string().exactOptional() }),
    z.strictObject({ uniqueId: z.string() }),
  ])
  .refine(isAccount);
const PauseJson = z.strictObject({ until: instant, reason: z.string() });
/** A pause that an operator adds to the published file with `./hopmint pause`. The chain file does not have it. */
export type OperatorPause = Readonly<z.output<typeof OperatorPause>>;
const OperatorPause = PauseJson.extend({ chain: z.string() });
const ExceptionJson: z.ZodType<Exception> = z.strictObject({
  account: AccountJson,
  member: z.string(),
  reason: z.string(),
  owner: z.string(),
  expires: instant,
});

const AdministratorJson: z.ZodType<Administrator> = z.strictObject({
  member: z.string(),
  on: z.string(),
  reviewed: instant,
});

/** The first line of a published file: everything that is not a chain. */
export const Header = z.strictObject({
  hopmintFormat: z.literal(FORMAT_VERSION),
  digest: z.string(),
  settings: z.strictObject({
    caller: AccountJson,
    publishTo: z.string().exactOptional(),
    publishers: z.array(z.string()).exactOptional(),
    tickEverySeconds: z.number(),
    writesPerMinute: z.number(),
    grants: z.enum(GRANTS_MODES).exactOptional(),
    grantForSeconds: z.number().exactOptional(),
    paused: PauseJson.exactOptional(),
    exceptions: z.array(ExceptionJson),
    administrators: z.array(AdministratorJson).exactOptional(),
  }),
  chainCount: z.int(),
  sources: z.array(z.strictObject({ path: z.string(), sha256: z.string() })),
  commit: z.string().exactOptional(),
  pauses: z.array(OperatorPause),
});
