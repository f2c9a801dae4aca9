import { type Audited, containerLabels, projectContainer } from '../../core/audited.ts';

/** @see https://cloud.google.com/pubsub/docs/audit-logging */
const audit = (
  methodName: string,
  collection: 'topics' | 'subscriptions',
  param: 'topic' | 'subscription',
): Audited => ({
  methodName,
  target(state, { params }) {
    const container = projectContainer(state, params.project);
    const resourceName = `${container}/${collection}/${params[param]}`;
    // The label has the full name. @see https://github.com/googleapis/google-cloudevents/blob/main/testdata/google/events/cloud/audit/v1/LogEntryData-pubsubCreateTopic.json
    const labels = { ...containerLabels(container), [`${param}_id`]: resourceName };
    return { container, resourceName, resource: { type: `pubsub_${param}`, labels } };
  },
});

export const topicAudit = (methodName: string): Audited => audit(methodName, 'topics', 'topic');

export const subscriptionAudit = (methodName: string): Audited =>
  audit(methodName, 'subscriptions', 'subscription');

export const MESSAGES = {
  none: 'Pub/Sub writes no audit log of operations on messages',
} as const;
