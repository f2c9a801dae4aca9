import { OAuth2Client } from 'google-auth-library';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { googleCloud } from '../../../shared/google/cloud.ts';
import { hostsOf } from '../../../shared/google/wire/http.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import { chainOf, seedOf, TARGET } from '../../functions/rotation-world.ts';
import { CREDENTIALS } from '../../simulation/chains.ts';

const CALL_TIMEOUT_MS = 150;
const chain = chainOf('export', CREDENTIALS['access-token']);

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
    () => new Date(),
    { identity: async () => client, email: async () => TARGET },
    // The clock moves a minute at every look, so there is no time for a second attempt.
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

type Call = (signal: AbortSignal) => Promise<{ ok: boolean }>;
const secret: Call = (signal) => cloud().secrets.secret(chain.secret, signal);
const list: Call = (signal) => cloud().secrets.secretsIn('acme-ops', signal);
const publish: Call = (signal) =>
  cloud().topics.publish('projects/p/topics/t', [{ message: {} }], signal);
const mint: Call = (signal) => cloud().credentials.mint(chain, () => new Date(), signal);

// Each client has its own way to pass the signal on.
describe('a call that Google never answers', () => {
  it.each([
    { what: 'of Secret Manager', call: secret },
    { what: 'of Secret Manager that lists', call: list },
    { what: 'of Pub/Sub', call: publish },
    { what: 'of IAM Credentials', call: mint },
  ])('$what, fails with cloud-busy after the timeout of a call', async ({ call }) => {
    local.state.faults = [{ path: '.', latencyMs: 60_000 }];
    const startedAt = performance.now();
    const result = await call(new AbortController().signal);
    expect(result).toMatchObject({ ok: false, error: { reason: 'cloud-busy' } });
    expect(performance.now() - startedAt).toBeLessThan(CALL_TIMEOUT_MS + 3000);
  });

  it.each([
    { what: 'of Secret Manager', call: secret },
    { what: 'of Pub/Sub', call: publish },
    { what: 'of IAM Credentials', call: mint },
  ])('$what, ends with the deadline of its run', async ({ call }) => {
    local.state.faults = [{ path: '.', latencyMs: 60_000 }];
    expect(await call(AbortSignal.timeout(50))).toMatchObject({
      ok: false,
      error: { reason: 'deadline' },
    });
  });
});
