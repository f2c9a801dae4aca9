import { openChainCloud } from '../chain-cloud.ts';

describe('POST /_local/clock', () => {
  it('moves the local clock', async () => {
    const cloud = await openChainCloud();
    const { body } = await cloud.call(undefined, 'POST', '/_local/clock', { advanceSeconds: 90 });
    await cloud.close();
    expect(body).toEqual({ now: '2026-11-22T12:01:30.000Z' });
  });
});
