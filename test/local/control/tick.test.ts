import { type Caller, PROJECT, type ProjectCloud } from '../project-cloud.ts';
import { openControlCloud } from './control-cloud.ts';

let cloud: ProjectCloud;
let owner: Caller;
let control: Caller;
beforeEach(async () => {
  ({ cloud, owner, control } = await openControlCloud());
});
afterEach(() => cloud.close());

describe('POST /_local/tick', () => {
  const tickTopic = `projects/${PROJECT}/topics/hopmint-tick`;
  const subscriptionOf = (topic: string) => topic.replace('/topics/', '/subscriptions/pull-');
  const receivedFrom = async (topic: string) => {
    const { body } = await owner('POST', `/v1/${subscriptionOf(topic)}:pull`, { maxMessages: 10 });
    return ((body.receivedMessages ?? []) as { message: { data: string } }[]).map(({ message }) =>
      Buffer.from(message.data, 'base64').toString(),
    );
  };
  const createTopic = async (topic: string) => {
    await owner('PUT', `/v1/${topic}`, {});
    await owner('PUT', `/v1/${subscriptionOf(topic)}`, { topic });
  };

  it('without a body publishes {} to the topic hopmint-tick', async () => {
    await createTopic(tickTopic);
    expect((await control('POST', 'tick')).body).toMatchObject({ topic: tickTopic });
    expect(await receivedFrom(tickTopic)).toEqual(['{}']);
  });

  it('publishes its body to the topic in the body', async () => {
    const other = `projects/${PROJECT}/topics/other`;
    await createTopic(other);
    await control('POST', 'tick', { topic: other, only: ['billing'], force: true });
    expect(await receivedFrom(other)).toEqual(['{"only":["billing"],"force":true}']);
  });

  it.each([
    { situation: 'no topic has the ID hopmint-tick', body: undefined, status: 404 },
    {
      situation: 'the named topic does not exist',
      body: { topic: `projects/${PROJECT}/topics/nope` },
      status: 404,
    },
    { situation: 'the topic is not a topic name', body: { topic: 'nope' }, status: 400 },
  ])('is refused with status $status when $situation', async ({ body, status }) => {
    expect((await control('POST', 'tick', body)).status).toBe(status);
  });
});
