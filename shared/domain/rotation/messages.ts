import { z } from 'zod';
import { DISPOSITIONS, type Disposition, type Failure, REASONS } from '../basics/failure.ts';
import { err, ok, type Result } from '../basics/result.ts';
import type { Kind } from '../chain/chain.ts';
import { OFTEN } from './ledger/recent-heals.ts';

/**
 * What a tick asks for: every chain that is due, or only those named. `force` rotates chains that are not due. `heal`: because their readers get
 * nothing usable, so it counts as healing.
 */
export type Tick = Readonly<z.output<typeof Tick>>;
const Tick = z.strictObject({
  only: z.array(z.string()).min(1).readonly().exactOptional(),
  force: z.boolean().default(false),
  heal: z.boolean().exactOptional(),
});

/** A message that `./hopmint doctor --probe` sends through both topics. Each function answers it in its log, and does nothing else. */
export type Probe = z.output<typeof Probe>;
const Probe = z.strictObject({ probe: z.string().regex(/^[a-z0-9-]{1,64}$/) });

/** A request to rotate one chain. `mint` obeys it only if its own chain file has the chain under this digest. */
export type MintRequest = z.infer<typeof MintRequest>;
const MintRequest = z.strictObject({
  chain: z.string(),
  /** For people who read the topic. `mint` ignores it. */
  definition: z.record(z.string(), z.unknown()),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** The version to replace, 0 for none. A version is replaced at most once. A forced request replaces a newer version too. */
  replaces: z.int().min(0),
  /** RFC 3339, on fanout's clock. One minute later (clock skew) the request is acknowledged and not obeyed. */
  notAfter: z.iso.datetime().transform((text) => new Date(text)),
  /** RFC 3339: when the forced tick was sent. Absent from a request that is not forced. */
  forcedAt: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .optional(),
  /** RFC 3339: when this chain was healed within the last hour, this time included. For the ledger. */
  healedAt: z
    .array(z.iso.datetime().transform((text) => new Date(text)))
    .max(OFTEN)
    .optional(),
  /** Message ID of the tick. */
  correlationId: z.string().max(200).default(''),
});

/** A mint request in the form in which it is published. */
export type MintRequestMessage = z.input<typeof MintRequest>;

/** What an operator needs to know about a failed rotation. It contains no secret. */
export type FailedMessage = Failure & {
  readonly chain: string;
  readonly disposition: Disposition;
  readonly correlationId: string;
  /** RFC 3339 */
  readonly at: string;
};

/** A committed rotation, for workloads that read the new version at once. It contains no credential. */
export type RotatedMessage = {
  readonly chain: string;
  /** `projects/P/secrets/S` */
  readonly secret: string;
  /** The number of the new version. */
  readonly version: number;
  readonly kind: Kind;
  /** RFC 3339 */
  readonly expiresAt: string;
};

/**
 * A failure read from the topic `hopmint-failed`. Anyone who may publish there can publish any text, so only fields with a strict form are
 * read. `detail` is ignored.
 */
export type ReportedFailure = z.output<typeof ReportedFailure>;
const ReportedFailure = z.object({
  chain: z.string().max(63),
  reason: z.enum(REASONS),
  disposition: z.enum(DISPOSITIONS),
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

function decode<T>(data: string, schema: z.ZodType<T>, name: string): Result<T, Failure> {
  const malformed = (detail: string) => err<Failure>({ reason: 'message-malformed', detail });
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(data, 'base64').toString('utf8') || '{}');
  } catch {
    return malformed(`${name} is not JSON`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  // Name the place and the kind of each fault. Never repeat the text: a message may contain anything.
  const faults = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || name}: ${issue.code}`,
  );
  return malformed(`${name} is malformed (${faults.join(', ')})`);
}

/** @param data base64, as in a Pub/Sub message. @returns undefined for any other message */
export function parseProbe(data: string): Probe | undefined {
  const parsed = decode(data, Probe, 'the probe');
  return parsed.ok ? parsed.value : undefined;
}

/** @param data base64, as in a Pub/Sub message; an empty text means `{}` */
export const parseTick = (data: string): Result<Tick, Failure> => decode(data, Tick, 'the tick');

/** @param data base64, as in a Pub/Sub message */
export const parseMintRequest = (data: string): Result<MintRequest, Failure> =>
  decode(data, MintRequest, 'the mint request');

/** @param data base64, as in a Pub/Sub message */
export const parseFailure = (data: string): Result<ReportedFailure, Failure> =>
  decode(data, ReportedFailure, 'the failure');
