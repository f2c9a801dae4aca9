import { z } from 'zod';

/** A message of Pub/Sub, as a push subscription delivers it. */
export type Push = {
  /** The ID that Pub/Sub gave to the message. */
  readonly id: string;
  /** Undefined if the push does not say it. */
  readonly publishedAt: Date | undefined;
  /** base64 */
  readonly data: string;
  readonly attributes: Readonly<Record<string, string>>;
};

const Body = z.object({
  message: z.object({
    messageId: z.string().max(100).default(''),
    publishTime: z.iso.datetime({ offset: true }).optional(),
    data: z.string().default(''),
    attributes: z.unknown().optional(),
  }),
});

/**
 * @param body the JSON body of a push
 * @returns undefined if it is no push
 * @see https://cloud.google.com/pubsub/docs/push#receive_push
 */
export function parsePush(body: unknown): Push | undefined {
  const parsed = Body.safeParse(body);
  if (!parsed.success) return undefined;
  const { messageId, publishTime, data, attributes: given = {} } = parsed.data.message;
  const attributes = attributesOf(given);
  if (!attributes) return undefined;
  const publishedAt = publishTime === undefined ? undefined : new Date(publishTime);
  return { id: messageId, publishedAt, data, attributes };
}

/** @see https://cloud.google.com/pubsub/quotas#resource_limits */
const MAX_ATTRIBUTES = 100;

/** No zod schema: it would report each wrong value of a large object, which takes too long. */
function attributesOf(given: unknown): Push['attributes'] | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const entries = Object.entries(given);
  const isRight =
    entries.length <= MAX_ATTRIBUTES && entries.every(([, value]) => typeof value === 'string');
  return isRight ? (given as Push['attributes']) : undefined;
}
