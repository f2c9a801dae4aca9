import { z } from 'zod';
import { message, unsupported } from '../../../core/proto-json.ts';
import type { Topic } from '../../../state/pubsub.ts';
import type { State } from '../../../state/state.ts';
import { notFound } from '../resource-errors.ts';

export const existingTopic = (state: State, name: string): Topic =>
  state.topics.get(name) ?? notFound('topic', name);

/** The Topic of a request. */
export const TopicBody = message({
  name: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  state: z.unknown().optional(),
  messageRetentionDuration: unsupported,
  messageStoragePolicy: unsupported,
  messageTransforms: unsupported,
  kmsKeyName: unsupported,
  schemaSettings: unsupported,
  satisfiesPzs: unsupported,
  ingestionDataSourceSettings: unsupported,
  tags: unsupported,
});

export const toTopic = ({ name, labels }: Topic): object => ({
  name,
  ...(Object.keys(labels).length > 0 && { labels }),
});
