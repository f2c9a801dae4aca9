import { setImmediate as nextTurn } from 'node:timers/promises';
import { administrationOf } from '../../../shared/google/administration/administration.ts';
import { lifetimePolicyOf } from '../../../shared/google/org-policy.ts';
import { type HttpAnswer, hostsOf } from '../../../shared/google/wire/http.ts';
import { pacedReads, pacedSecretManager } from '../../../shared/google/wire/rate-limit.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';

const HOSTS = hostsOf(undefined);
const signal = new AbortController().signal;
const ACCOUNT = 'projects/acme-ops/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com';
const SECRET = 'projects/acme-ops/secrets/billing';

const answering = (status: number, body: unknown) => {
  const calls: { method: string; url: string; body?: object }[] = [];
  const http = async (call: { method: string; url: string; body?: object }) => {
    calls.push(call);
    return { status, body, text: JSON.stringify(body) } satisfies HttpAnswer;
  };
  return {
    calls,
    administration: administrationOf(http, HOSTS),
    lifetimePolicy: lifetimePolicyOf(http, HOSTS, WIRE),
  };
};
const refused = (status: string, details: object[] = []) => ({ error: { status, details } });

describe('writing at Google', () => {
  it('is not done with a policy that was answered without an etag', async () => {
    const { administration } = answering(200, { version: 1, bindings: [] });
    expect(await administration.policies.read(ACCOUNT, signal)).toMatchObject({
      ok: false,
      error: { reason: 'policy-refused' },
    });
  });

  // hashicorp/vault-plugin-secrets-gcp#88 and #93: a policy with conditions was asked for in version 1.
  it('reads a secret’s policy with GET and an account’s with POST, each in version 3', async () => {
    const { administration, calls } = answering(200, { etag: 'ACAB' });
    await administration.policies.read(ACCOUNT, signal);
    await administration.policies.read(SECRET, signal);
    expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://iam.googleapis.com/v1/projects/acme-ops/serviceAccounts/relay%40acme-ops.iam.gserviceaccount.com:getIamPolicy?options.requestedPolicyVersion=3',
      'GET https://secretmanager.googleapis.com/v1/projects/acme-ops/secrets/billing:getIamPolicy?options.requestedPolicyVersion=3',
    ]);
  });

  const answers: [title: string, status: number, body: object, failure: object][] = [
    ['an etag that is stale', 409, refused('ABORTED'), { reason: 'etag-stale' }],
    [
      'an organization policy',
      400,
      refused('FAILED_PRECONDITION', [
        { violations: [{ type: 'constraints/iam.allowedPolicyMemberDomains' }] },
      ]),
      { reason: 'policy-refused', constraint: 'constraints/iam.allowedPolicyMemberDomains' },
    ],
    [
      'an organization policy whose name is none',
      400,
      refused('FAILED_PRECONDITION', [{ violations: [{ type: 'constraints/<script>' }] }]),
      { reason: 'policy-refused' },
    ],
    [
      'an API that is not enabled',
      403,
      refused('PERMISSION_DENIED', [
        {
          reason: 'SERVICE_DISABLED',
          metadata: { service: 'iam.googleapis.com', consumer: 'projects/700000000001' },
        },
      ]),
      { reason: 'policy-denied', api: { service: 'iam.googleapis.com', project: '700000000001' } },
    ],
    [
      'an API whose name is none',
      403,
      refused('PERMISSION_DENIED', [
        { reason: 'SERVICE_DISABLED', metadata: { service: '$(rm -rf /)', consumer: 'x' } },
      ]),
      { reason: 'policy-denied' },
    ],
    ['a busy cloud', 503, refused('UNAVAILABLE'), { reason: 'cloud-busy' }],
  ];
  it.each(answers)('tells %s', async (_title, status, body, failure) => {
    const { administration, calls } = answering(status, body);
    const written = await administration.policies.write(ACCOUNT, { etag: 'ACAB' }, signal);
    const error = written.ok ? {} : written.error;
    expect(error).toMatchObject(failure);
    expect('api' in error).toBe('api' in failure);
    expect('constraint' in error).toBe('constraint' in failure);
    expect(calls).toHaveLength(1); // a write is never tried again here
  });

  it('takes a stale etag of Secret Manager for what it is', async () => {
    const { administration } = answering(400, refused('FAILED_PRECONDITION'));
    const secret = {
      name: SECRET,
      etag: '"1"',
      labels: { team: 'ops' },
      annotations: {},
      replication: { automatic: true },
    } as const;
    expect(await administration.secrets.label(secret, {}, signal)).toMatchObject({
      ok: false,
      error: { reason: 'etag-stale' },
    });
  });

  it('keeps the labels that a secret has', async () => {
    const { administration, calls } = answering(200, {});
    await administration.secrets.label(
      {
        name: SECRET,
        etag: '"1"',
        labels: { team: 'ops' },
        annotations: { note: 'x' },
        replication: { automatic: true },
      },
      { 'managed-by': 'hopmint' },
      signal,
    );
    expect(calls[0]).toMatchObject({
      url: `https://secretmanager.googleapis.com/v1/${SECRET}?updateMask=labels`,
      body: { etag: '"1"', labels: { team: 'ops', 'managed-by': 'hopmint' } },
    });
  });

  it('counts an organization policy’s rule for some tags alone as no leave', async () => {
    const { lifetimePolicy } = answering(200, {
      spec: {
        rules: [
          { allowAll: true, condition: { expression: 'resource.matchTag("a", "b")' } },
          { values: { allowedValues: ['batch@acme-data.iam.gserviceaccount.com'] } },
        ],
      },
    });
    expect(await lifetimePolicy('acme-data', signal)).toEqual({
      ok: true,
      value: {
        allowAll: false,
        denyAll: false,
        allowedValues: ['batch@acme-data.iam.gserviceaccount.com'],
        deniedValues: [],
      },
    });
  });

  it('asks nothing of what is no name of a role', async () => {
    const { administration, calls } = answering(200, {});
    expect(await administration.roles.read('roles/../../etc', signal)).toEqual({
      ok: true,
      value: 'missing',
    });
    expect(calls).toEqual([]);
  });
});

describe('calls to Secret Manager', () => {
  it('go a hundred at once and then 480 a minute, project by project; others are not held up', async () => {
    let ms = 0;
    const sent: { url: string; at: number }[] = [];
    const paced = pacedSecretManager(
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
      paced({
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
    await paced({ method: 'GET', url: `https://iam.googleapis.com/v1/${ACCOUNT}`, signal });
    expect(ms).toBe(before);
  });
});

describe('what an audit reads', () => {
  /** When the last of so many reads of `url` goes out, in seconds on a clock that waits move. */
  async function lastOf(count: number, url: string): Promise<number> {
    let ms = 0;
    const sent: number[] = [];
    const http = pacedReads(
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
    );
    for (let i = 0; i < count; i++) await http({ method: 'GET', url, signal });
    return (sent.at(-1) ?? Number.NaN) / 1000;
  }

  it.each([
    ['of IAM keeps within its quota', 540, 5_400, `https://iam.googleapis.com/v1/${ACCOUNT}`],
    [
      'of Secret Manager leaves rotations theirs',
      100,
      420,
      `https://secretmanager.googleapis.com/v1/${SECRET}:getIamPolicy`,
    ],
  ])('%s', async (_title, burst, perMinute, url) => {
    expect(await lastOf(burst, url)).toBeCloseTo(0);
    expect(await lastOf(burst + perMinute, url)).toBeCloseTo(60, 0);
  });

  it('of anything else does not wait', async () => {
    const url = 'https://cloudresourcemanager.googleapis.com/v3/projects/acme-ops';
    expect(await lastOf(10_000, url)).toBe(0);
  });
});
