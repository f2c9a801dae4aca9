import type { Api } from './description.ts';

const MAP = { map: 'string' } as const;

/** Fields that Google's newer clients send, and that the clients in the extract's gcloud lack, by API and message. */
export const NEWER_FIELDS: Readonly<Record<string, Api['types']>> = {
  // @see https://github.com/googleapis/googleapis/blob/master/google/pubsub/v1/pubsub.proto
  'pubsub v1': { Topic: { tags: MAP }, Subscription: { tags: MAP } },
  // @see https://github.com/googleapis/google-cloud-node-core/blob/main/packages/google-auth-library-nodejs/src/auth/impersonated.ts
  'iamcredentials v1': { GenerateIdTokenRequest: { useEmailAzp: 'boolean' } },
};
