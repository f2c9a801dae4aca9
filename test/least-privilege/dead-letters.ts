import type { Grant } from '../../cli/commands/start/deployed/grants.ts';
import { writePolicy } from '../../local/authorization/iam-policy.ts';
import { startLocalCloud } from '../../local/cloud.ts';
import { nack, takeNext } from '../../local/services/pubsub/delivery/outstanding.ts';
import { publish } from '../../local/services/pubsub/delivery/publish.ts';

/** Pub/Sub's own service account. */
const AGENT = 'serviceAccount:service-700000000001@gcp-sa-pubsub.iam.gserviceaccount.com';
const MINT_TOPIC = 'projects/acme-ops/topics/hopmint-mint';
const DEAD_TOPIC = 'projects/acme-ops/topics/hopmint-dead';
const subscription = (name: string) => `projects/acme-ops/subscriptions/hopmint-${name}`;
const ATTEMPTS = 5;

/** The grants with which Pub/Sub moves a message that it could not deliver to `hopmint-dead`. */
export const DEAD_LETTER_GRANTS: readonly Grant[] = [
  { resource: DEAD_TOPIC, role: 'roles/pubsub.publisher', member: AGENT },
  ...['tick', 'mint', 'failed', 'changed', 'observe', 'canary', 'secrets'].map((name) => ({
    resource: subscription(name),
    role: 'roles/pubsub.subscriber',
    member: AGENT,
  })),
];

/** Whether a message is on `hopmint-dead` once each of its delivery attempts has ended in a nack. */
export async function becomesDeadLetter(
  grants: readonly Grant[],
  roles: object[] = [],
): Promise<boolean> {
  const seed = {
    projects: [{ id: 'acme-ops', number: '700000000001' }],
    accounts: [],
    topics: [MINT_TOPIC, DEAD_TOPIC],
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
    const deadLetterPolicy = { deadLetterTopic: DEAD_TOPIC, maxDeliveryAttempts: ATTEMPTS };
    const mint = { ...common, name: subscription('mint'), topic: MINT_TOPIC, deadLetterPolicy };
    const dead = { ...common, name: subscription('dead'), topic: DEAD_TOPIC };
    for (const one of [mint, dead]) state.subscriptions.set(one.name, one);
    publish(state, MINT_TOPIC, [{ data: '', attributes: {} }]);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      nack(state, mint, takeNext(state, mint)?.ackId ?? '');
    }
    return takeNext(state, dead) !== undefined;
  } finally {
    await close();
  }
}
