import { z } from 'zod';
import { type Disposition, type Failure, REASONS } from '../basics/failure.ts';
import { err, ok, type Result } from '../basics/result.ts';

/** What a tick asks for: every chain that is due, or some by name, or some whether due or not. */
export type Tick = { readonly only?: readonly string[]; readonly force: boolean };

const TickData = z.strictObject({
  only: z.array(z.string()).min(1).optional(),
  force: z.boolean().default(false),
});

/** A doorbell: it names what to do under the digest of its definition, and is obeyed only if mint's own chain file says the same. */
export type MintRequest = z.infer<typeof MintRequest>;
const MintRequest = z.strictObject({
  chain: z.string(),
  /** For a person who reads the topic. Nothing is done by it. */
  definition: z.record(z.string(), z.unknown()),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** The version that is to be replaced, 0 for none: it is replaced at most once. What is forced replaces what is newer, too. */
  replaces: z.int().min(0),
  /** RFC 3339, by fanout's clock. Past it and the minute that clocks may differ by, the request is acknowledged unread. */
  notAfter: z.iso.datetime().transform((text) => new Date(text)),
  forced: z.boolean().default(false),
  /** The tick that asked. */
  correlationId: z.string().max(200).default(''),
});

/** The same, as it is published. */
export type MintRequestMessage = z.input<typeof MintRequest>;

/** What an operator needs to know of a failed rotation, and nothing that is secret. */
export type FailedMessage = Failure & {
  readonly chain: string;
  readonly disposition: Disposition;
  readonly correlationId: string;
  /** RFC 3339 */
  readonly at: string;
};

/**
 * A failure as the topic tells it. Whoever may publish there may publish anything: what is taken of it cannot be mistaken for something
 * else, and its words are left.
 */
export type ReportedFailure = z.output<typeof ReportedFailure>;
const ReportedFailure = z.object({
  chain: z.string().max(63),
  reason: z.enum(REASONS),
  disposition: z.enum(['retry', 'fail', 'drop']),
  correlationId: z
    .string()
    .max(200)
    .regex(/^[\w.:-]*$/),
  permission: z
    .string()
    .regex(/^[a-z]+(\.[A-Za-z]+)+$/)
    .exactOptional(),
  api: z
    .object({
      service: z.string().regex(/^[a-z-]+\.googleapis\.com$/),
      project: z
        .string()
        .regex(/^[a-z0-9:.-]+$/)
        .exactOptional(),
    })
    .exactOptional(),
  constraint: z
    .string()
    .regex(/^constraints\/[A-Za-z.]+$/)
    .exactOptional(),
});

function decode<T>(data: string, schema: z.ZodType<T>, what: string): Result<T, Failure> {
  const malformed = (detail: string) => err<Failure>({ reason: 'message-malformed', detail });
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(data, 'base64').toString('utf8') || '{}');
  } catch {
    return malformed(`${what} is not JSON`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  // Where and what kind of fault, never the text: a message may hold anything.
  const faults = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || what}: ${issue.code}`,
  );
  return malformed(`${what} is not understood (${faults.join(', ')})`);
}

/** @param data base64, as Pub/Sub carries it; none is `{}` */
export const parseTick = (data: string): Result<Tick, Failure> =>
  decode(
    data,
    TickData.transform(({ only, force }) => (only ? { only, force } : { force })),
    'the tick',
  );

/** @param data base64, as Pub/Sub carries it */
export const parseMintRequest = (data: string): Result<MintRequest, Failure> =>
  decode(data, MintRequest, 'the mint request');

/** @param data base64, as Pub/Sub carries it */
export const parseFailure = (data: string): Result<ReportedFailure, Failure> =>
  decode(data, ReportedFailure, 'the failure');
