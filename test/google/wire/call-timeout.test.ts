import { OAuth2Client } from 'google-auth-library';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { googleCloud } from '../../../shared/google/cloud.ts';
import { hostsOf } from '../../../shared/google/wire/http.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import { chainOf, seedOf, TARGET } from '../../functions/rotation-world.ts';
import { SPECS } from '../../simulation/chains.ts';

const CALL_TIMEOUT_MS = 150;
const chain = chainOf('export', SPECS['access-token']);

let local: LocalCloud;
beforeAll(async () => {
  local = await startLocalCloud({ seed: seedOf([chain]) });
});
afterAll(() => local.close());

const client = new OAuth2Client();
client.setCredentials({ access_token: 'a token' });
const cloud = () => {
  let elapsedMs = 0;
  return googleCloud(
    hostsOf(local.url),
    { identity: async () => client, email: async () => TARGET },
    () => new Date(),
    // No time for another attempt.
    {
      ...WIRE,
      callTimeoutMs: CALL_TIMEOUT_MS,
      listTimeoutMs: CALL_TIMEOUT_MS,
      elapsedMs: () => {
        elapsedMs += 60_000;
        return elapsedMs;
      },
    },
  );
};

// A timer is one thing; that each client obeys it is another.
describe('a call that Google never answers', () => {
  it.each<[string, (signal: AbortSignal) => Promise<{ ok: boolean }>]>([
    ['of Secret Manager, by its client', (s) => cloud().secrets.secret(chain.secret, s)],
    ['of Secret Manager, a list', (s) => cloud().secrets.secretsIn('acme-ops', s)],
    [
      'of Pub/Sub, by its client',
      (s) => cloud().topics.publish('projects/p/topics/t', [{ message: {} }], s),
    ],
    ['of IAM Credentials', (s) => cloud().credentials.mint(chain, () => new Date(), s)],
  ])('%s, is given up as busy after the time of a call', async (_title, call) => {
    local.state.faults = [{ path: '.', latencyMs: 60_000 }];
    const startedAt = performance.now();
    const answer = await call(new AbortController().signal);
    expect(answer).toMatchObject({ ok: false, error: { reason: 'cloud-busy' } });
    expect(performance.now() - startedAt).toBeLessThan(CALL_TIMEOUT_MS + 3000);
  });

  it.each<[string, (signal: AbortSignal) => Promise<{ ok: boolean }>]>([
    ['of Secret Manager', (s) => cloud().secrets.secret(chain.secret, s)],
    ['of Pub/Sub', (s) => cloud().topics.publish('projects/p/topics/t', [{ message: {} }], s)],
    ['of IAM Credentials', (s) => cloud().credentials.mint(chain, () => new Date(), s)],
  ])('%s, ends with the deadline of its run', async (_title, call) => {
    local.state.faults = [{ path: '.', latencyMs: 60_000 }];
    expect(await call(AbortSignal.timeout(50))).toMatchObject({
      ok: false,
      error: { reason: 'deadline' },
    });
  });
});
