import { startLocalCloud } from '../../local/cloud.ts';

describe('startLocalCloud', () => {
  it('starts within 100 ms, because each key is generated at its first use', async () => {
    const started = performance.now();
    const cloud = await startLocalCloud();
    const took = performance.now() - started;
    await cloud.close();
    expect(cloud.state.signingKeys.size).toBe(0);
    expect(took).toBeLessThan(100);
  });
});
