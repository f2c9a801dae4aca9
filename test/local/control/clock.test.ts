import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { openChainCloud } from '../chain-cloud.ts';

describe('POST /_local/clock', () => {
  it('moves the local clock', async () => {
    const cloud = await openChainCloud();
    const { body } = await cloud.call(undefined, 'POST', '/_local/clock', { advanceSeconds: 90 });
    await cloud.close();
    expect(body).toMatchObject({ now: '2026-11-22T12:01:30.000Z' });
  });
});

describe('GET /_local/clock', () => {
  let cloud: LocalCloud;
  beforeEach(async () => {
    cloud = await startLocalCloud();
  });
  afterEach(() => cloud.close());

  it('says how far the local clock is ahead of the clock of the machine', async () => {
    const read = async () =>
      (await (await fetch(`${cloud.url}/_local/clock`)).json()) as { aheadSeconds: number };
    expect((await read()).aheadSeconds).toBeCloseTo(0, 1);
    cloud.state.advance(90);
    expect((await read()).aheadSeconds).toBeCloseTo(90, 1);
  });
});
