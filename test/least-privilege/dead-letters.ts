import type { Grant } from '../../cli/commands/start/grants.ts';
import { writePolicy } from '../../local/authorization/iam-policy.ts';
import { startLocalCloud } from '../../local/cloud.ts';
import { nack, publish, take } from '../../local/services/pubsub/delivery/backlog.ts';

const AGENT = 'serviceAccount:service-700000000001@gcp-sa-pubsub.iam.gserviceaccount.com';
const TOPIC = 'projects/acme-ops/topics/hopmint-mint';
const DEAD = 'projects/acme-ops/topics/hopmint-dead';
const subscription = (name: string) => `projects/acme-ops/subscriptions/hopmint-${name}`;
const ATTEMPTS = 5;

/** What Pub/Sub itself is granted, to hand on what could not be delivered. */
export const DEAD_LETTERS: readonly Grant[] = [
  { resource: DEAD, role: 'roles/pubsub.publisher', member: AGENT },
  ...['tick', 'mint', 'failed', 'changed'].map((name) => ({
    resource: subscription(name),
    role: 'roles/pubsub.subscriber',
    member: AGENT,
  })),
];

/** @returns whether a message that is given back as often as it may be lands on `hopmint-dead` */
export async function deadLetters(
  grants: readonly Grant[],
  roles: object[] = [],
): Promise<boolean> {
  const seed = {
    projects: [{ id: 'acme-ops', number: '700000000001' }],
    accounts: [],
    topics: [TOPIC, DEAD],
    roles,
  };
  const { state, close } = await startLocalCloud({ seed });
  try {
    for (const { resource, role, member } of grants) {
      writePolicy(state, resource, { bindings: [{ role, members: [member] }] });
    }
    const common = {
      pushConfig: {},
      ackDeadlineSeconds: 120,
      messageRetentionSeconds: 600,
      labels: {},
    };
    const deadLetterPolicy = { deadLetterTopic: DEAD, maxDeliveryAttempts: ATTEMPTS };
    const mint = { ...common, name: subscription('mint'), topic: TOPIC, deadLetterPolicy };
    const dead = { ...common, name: subscription('dead'), topic: DEAD };
    for (const one of [mint, dead]) state.subscriptions.set(one.name, one);
    publish(state, TOPIC, [{ data: '', attributes: {} }]);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      nack(state, mint, take(state, mint)?.ackId ?? '');
    }
    return take(state, dead) !== undefined;
  } finally {
    await close();
  }
}
