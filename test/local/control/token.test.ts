import { type ChainCloud, openChainCloud, relay } from '../chain-cloud.ts';

describe('POST /_local/token', () => {
  let cloud: ChainCloud;
  beforeAll(async () => {
    cloud = await openChainCloud();
  });
  afterAll(() => cloud.close());

  it.each([
    {
      situation: 'an email of an account',
      account: relay,
      outcome: `200 serviceAccount:${relay}`,
    },
    {
      situation: 'a unique ID of an account',
      account: '100000000000000000002',
      outcome: `200 serviceAccount:${relay}`,
    },
    { situation: 'any user', account: 'user:Ada@acme.com', outcome: '200 user:ada@acme.com' },
    {
      situation: 'an email that no account has',
      account: 'ada@acme.com',
      outcome: '404 undefined',
    },
  ])('answers $outcome for $situation', async ({ account, outcome }) => {
    const { status, body } = await cloud.call(undefined, 'POST', '/_local/token', { account });
    const member = cloud.state.tokens.get(String(body.accessToken))?.member;
    expect(`${status} ${member}`).toBe(outcome);
  });
});
