import { parseMessageFilter } from '../../../../local/services/pubsub/delivery/message-filter.ts';
import { openTopicCloud, TOPIC, type TopicCloud, waitFor } from './topic-cloud.ts';

const attributes = { kind: 'canary', severity: 'info', 'chain/a': 'affected' };

describe('The filter of a subscription', () => {
  it.each([
    { filter: 'attributes.kind = "canary"', passes: true },
    { filter: 'attributes.kind="public"', passes: false },
    { filter: 'attributes.kind != "canary"', passes: false },
    { filter: 'attributes.other != "x"', passes: true },
    { filter: 'attributes:kind', passes: true },
    { filter: 'attributes:"chain/a"', passes: true },
    { filter: 'attributes."chain/a" = "affected"', passes: true },
    { filter: 'NOT attributes:kind', passes: false },
    { filter: '-attributes:kind', passes: false },
    { filter: 'attributes:kind AND attributes:other', passes: false },
    { filter: 'attributes:other OR attributes:kind', passes: true },
    {
      filter: '(attributes:other OR attributes:kind) AND attributes.severity = "info"',
      passes: true,
    },
    { filter: 'hasPrefix(attributes.kind, "can")', passes: true },
    { filter: 'hasPrefix(attributes.kind, "x")', passes: false },
  ])('$filter lets the message pass: $passes', ({ filter, passes }) => {
    expect(parseMessageFilter(filter)?.({ attributes })).toBe(passes);
  });

  it.each([
    'attributes:a AND attributes:b OR attributes:c',
    'attributes.kind = canary',
    'kind = "canary"',
    'attributes.kind',
    'attributes.kind > "a"',
    '(attributes:a',
    `attributes.kind = "${'x'.repeat(256)}"`,
  ])('may not be %s', (filter) => {
    expect(parseMessageFilter(filter)).toBeUndefined();
  });

  describe('in a cloud', () => {
    let open: TopicCloud;
    beforeEach(async () => {
      open = await openTopicCloud();
    });
    afterEach(() => open.close());

    it('decides which messages are delivered', async () => {
      await open.subscribe({ filter: 'attributes.kind = "canary"' });
      const messages = [{ data: 'YQ==' }, { data: 'Yg==', attributes: { kind: 'canary' } }];
      await open.owner('POST', `${TOPIC}:publish`, { messages });
      await waitFor(() => open.endpoint.pushes.length > 0);
      expect(open.endpoint.texts()).toEqual(['b']);
    });
  });
});
