import { base64 } from '../../project-cloud.ts';
import { openTopicCloud, SUBSCRIPTION, type TopicCloud } from './topic-cloud.ts';

let topicCloud: TopicCloud;
let cloud: TopicCloud['cloud'];
let owner: TopicCloud['owner'];
let publish: TopicCloud['publish'];
let subscribe: TopicCloud['subscribe'];
beforeEach(async () => {
  topicCloud = await openTopicCloud();
  ({ cloud, owner, publish, subscribe } = topicCloud);
  await subscribe({ pushConfig: {} });
});
afterEach(() => topicCloud.close());

describe('A pull', () => {
  const pull = async (maxMessages = 10) => {
    const { body } = await owner('POST', `${SUBSCRIPTION}:pull`, { maxMessages });
    return (body.receivedMessages ?? []) as { ackId: string; message: { data: string } }[];
  };

  it('returns each message once until its deadline, and never again after an acknowledgement', async () => {
    await publish('one', 'two');
    const first = await pull();
    expect(first.map(({ message }) => message.data)).toEqual([base64('one'), base64('two')]);
    expect(await pull()).toEqual([]);
    await owner('POST', `${SUBSCRIPTION}:acknowledge`, { ackIds: [first[0]?.ackId] });
    cloud.state.advance(10);
    expect((await pull()).map(({ message }) => message.data)).toEqual([base64('two')]);
  });

  it('counts the backoff from the deadline, even when the deadline passed between two pulls', async () => {
    await owner('DELETE', SUBSCRIPTION);
    const retryPolicy = { minimumBackoff: '5s', maximumBackoff: '60s' };
    await subscribe({ pushConfig: {}, ackDeadlineSeconds: 10, retryPolicy });
    await publish('one');
    await pull();
    cloud.state.advance(14);
    expect(await pull()).toEqual([]);
    cloud.state.advance(1);
    expect(await pull()).toHaveLength(1);
    cloud.state.advance(20); // 10 s until the deadline, and twice the backoff
    expect(await pull()).toHaveLength(1);
  });

  it('returns a message later or at once when its deadline is modified', async () => {
    await publish('one');
    const [one] = await pull();
    const modify = (ackDeadlineSeconds: number) =>
      owner('POST', `${SUBSCRIPTION}:modifyAckDeadline`, {
        ackIds: [one?.ackId],
        ackDeadlineSeconds,
      });
    await modify(60);
    cloud.state.advance(59);
    expect(await pull()).toEqual([]);
    await modify(0);
    expect(await pull()).toHaveLength(1);
  });

  it('returns only messages that were published after the subscription was created', async () => {
    await owner('DELETE', SUBSCRIPTION);
    await publish('before');
    await subscribe({ pushConfig: {} });
    await publish('after');
    expect((await pull()).map(({ message }) => message.data)).toEqual([base64('after')]);
  });
});
