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
    attributes: z.record(z.string(), z.string()).default({}),
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
  const { messageId, publishTime, data, attributes } = parsed.data.message;
  const publishedAt = publishTime === undefined ? undefined : new Date(publishTime);
  return { id: messageId, publishedAt, data, attributes };
}
