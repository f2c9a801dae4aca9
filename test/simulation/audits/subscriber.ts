import {
  acknowledgeMessage,
  takeNext,
} from '../../../local/services/pubsub/delivery/outstanding.ts';
import type { State } from '../../../local/state/state.ts';
import type { AlertFinding } from '../../../shared/domain/audit/alerts/alert-state.ts';
import { isCanary } from '../../../shared/domain/audit/alerts/canary.ts';

/** A message of the topic of alerts, as a subscriber reads it. */
export type Message = Pick<
  AlertFinding,
  'kind' | 'fingerprint' | 'summary' | 'severity' | 'member'
> & {
  readonly event: 'opened' | 'closed' | 'open';
  readonly reportAt: string;
  readonly members?: readonly string[];
};

export type Subscriber = {
  /** Every message that was published since the last call, in the order of their delivery. */
  readonly take: () => readonly Message[];
  /** The last message about each finding by `reportAt`, by fingerprint. Messages come in any order. */
  readonly lastWords: ReadonlyMap<string, Message>;
};

/** A subscriber of the topic from now on. */
export function subscriberOf(state: State, topic: string): Subscriber {
  const name = 'projects/acme-ops/subscriptions/on-call';
  const subscription = {
    name,
    topic,
    ackDeadlineSeconds: 600,
    pushConfig: {},
    messageRetentionSeconds: 31 * 86_400,
    labels: {},
  };
  state.subscriptions.set(name, subscription);
  const lastWords = new Map<string, Message>();
  return {
    lastWords,
    take() {
      const messages: Message[] = [];
      for (
        let taken = takeNext(state, subscription);
        taken;
        taken = takeNext(state, subscription)
      ) {
        const { data } = taken.pending.message;
        const message = JSON.parse(Buffer.from(data, 'base64').toString()) as Message;
        acknowledgeMessage(state, name, taken.ackId);
        // It says nothing about anybody.
        if (isCanary(message)) continue;
        messages.push(message);
        const before = lastWords.get(message.fingerprint);
        if (!before || before.reportAt <= message.reportAt) {
          lastWords.set(message.fingerprint, message);
        }
      }
      return messages;
    },
  };
}

export const membersOf = ({ member, members }: Pick<Message, 'member' | 'members'>) =>
  members ?? (member === undefined ? [] : [member]);

/** What the subscriber believes, against the findings that are really true. Empty if it is the same. */
export function wrongBeliefs(
  { lastWords }: Subscriber,
  truth: ReadonlyMap<string, Message | TrueFinding>,
): string[] {
  const falselyOpen = [...lastWords.values()].filter(
    ({ event, fingerprint }) => event !== 'closed' && !truth.has(fingerprint),
  );
  const unknown = [...truth.values()].flatMap((finding) => {
    const said = lastWords.get(finding.fingerprint);
    if (!said || said.event === 'closed') return [`the last word is not open: ${finding.summary}`];
    const missing = membersOf(finding).filter((one) => !membersOf(said).includes(one));
    return [
      ...missing.map((one) => `nothing says that ${one} joined: ${finding.summary}`),
      ...(said.severity === finding.severity || isMilder(finding.severity, said.severity)
        ? []
        : [`the last word says ${said.severity}, not ${finding.severity}: ${finding.summary}`]),
    ];
  });
  return [...falselyOpen.map(({ summary }) => `the last word is open: ${summary}`), ...unknown];
}

/** A finding that is really true. */
export type TrueFinding = Omit<Message, 'kind' | 'event' | 'reportAt'>;

const ORDER = ['critical', 'high', 'medium', 'low', 'info'];
const isMilder = (one: string, other: string) => ORDER.indexOf(one) > ORDER.indexOf(other);
