import { setImmediate as nextTurn } from 'node:timers/promises';
import { hostsOf } from '../../../shared/google/wire/http.ts';
import { limitAuditReads, limitSecretManager } from '../../../shared/google/wire/rate-limit.ts';

const HOSTS = hostsOf(undefined);
const signal = new AbortController().signal;
const ACCOUNT = 'projects/acme-ops/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com';
const SECRET = 'projects/acme-ops/secrets/billing';

describe('calls of plan and apply', () => {
  it('go to Secret Manager 100 at once and then 480 a minute in each project; other calls do not wait', async () => {
    let ms = 0;
    const sent: { url: string; at: number }[] = [];
    const limited = limitSecretManager(
      async ({ url }) => {
        sent.push({ url, at: ms });
        return { status: 200, body: {}, text: '{}' };
      },
      HOSTS,
      {
        elapsedMs: () => ms,
        wait: async (wait) => {
          ms += wait;
          await nextTurn();
        },
      },
    );
    const call = (project: string) =>
      limited({
        method: 'GET',
        url: `https://secretmanager.googleapis.com/v1/projects/${project}/secrets/s`,
        signal,
      });
    for (let i = 0; i < 580; i++) await call('acme-ops');
    expect(sent[99]?.at).toBe(0);
    expect(sent.at(-1)?.at).toBeGreaterThan(59_000);
    expect(sent.at(-1)?.at).toBeLessThan(61_000);
    const before = ms;
    await call('acme-data');
    await limited({ method: 'GET', url: `https://iam.googleapis.com/v1/${ACCOUNT}`, signal });
    expect(ms).toBe(before);
  });
});

describe('reads of an audit', () => {
  /** The time at which the last of `count` reads of `url` goes out, in seconds. Only waits move the clock. */
  async function lastReadAt(count: number, url: string, planned?: number): Promise<number> {
    let ms = 0;
    const sent: number[] = [];
    const http = limitAuditReads(
      async () => {
        sent.push(ms);
        return { status: 200, body: {}, text: '{}' };
      },
      HOSTS,
      {
        elapsedMs: () => ms,
        wait: async (wait) => {
          ms += wait;
          await nextTurn();
        },
      },
      (project) => (project === 'acme-ops' ? planned : Number.NaN),
    );
    for (let i = 0; i < count; i++) await http({ method: 'GET', url, signal });
    return (sent.at(-1) ?? Number.NaN) / 1000;
  }

  it.each<{ title: string; burst: number; perMinute: number; planned?: number; url: string }>([
    {
      title: 'of IAM stay within IAM’s quota',
      burst: 540,
      perMinute: 5_400,
      url: `https://iam.googleapis.com/v1/${ACCOUNT}`,
    },
    {
      title: 'of Secret Manager leave quota for 30 planned rotations a minute, with two reads each',
      burst: 100,
      planned: 30,
      perMinute: 420,
      url: `https://secretmanager.googleapis.com/v1/${SECRET}:getIamPolicy`,
    },
    {
      title: 'of Secret Manager leave quota for as many rotations as a chain file can plan',
      burst: 100,
      perMinute: 228,
      url: `https://secretmanager.googleapis.com/v1/${SECRET}:getIamPolicy`,
    },
  ])('$title', async ({ burst, perMinute, planned, url }) => {
    expect(await lastReadAt(burst, url, planned)).toBeCloseTo(0);
    expect(await lastReadAt(burst + perMinute, url, planned)).toBeCloseTo(60, 0);
  });

  it('that come after its deadline use no quota, so that the next observations need not wait for them', async () => {
    let waitedMs = 0;
    const http = limitAuditReads(
      async () => ({ status: 200, body: {}, text: '{}' }),
      HOSTS,
      {
        elapsedMs: () => 0,
        wait: async (wait) => {
          waitedMs += wait;
        },
      },
      () => 30,
    );
    const url = `https://secretmanager.googleapis.com/v1/${SECRET}:getIamPolicy`;
    const ended = AbortSignal.abort();
    for (let i = 0; i < 3000; i++) await http({ method: 'GET', url, signal: ended });
    await http({ method: 'GET', url, signal });
    expect(waitedMs).toBe(0);
  });

  it('of other APIs do not wait', async () => {
    const url = 'https://cloudresourcemanager.googleapis.com/v3/projects/acme-ops';
    expect(await lastReadAt(10_000, url)).toBe(0);
  });
});
