import { administrationOf } from '../../../shared/google/administration/administration.ts';
import { type HttpResponse, hostsOf } from '../../../shared/google/wire/http.ts';

const HOSTS = hostsOf(undefined);
const signal = new AbortController().signal;
const ACCOUNT = 'projects/acme-ops/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com';
const SECRET = 'projects/acme-ops/secrets/billing';

const answering = (status: number, body: unknown) => {
  const calls: { method: string; url: string; body?: object }[] = [];
  const http = async (call: { method: string; url: string; body?: object }) => {
    calls.push(call);
    return { status, body, text: JSON.stringify(body) } satisfies HttpResponse;
  };
  return {
    calls,
    administration: administrationOf(http, HOSTS),
  };
};
const refused = (status: string, details: object[] = []) => ({ error: { status, details } });

describe('the administration of Google', () => {
  it('refuses a policy without an etag', async () => {
    const { administration } = answering(200, { version: 1, bindings: [] });
    expect(await administration.policies.read(ACCOUNT, signal)).toMatchObject({
      ok: false,
      error: { reason: 'policy-refused' },
    });
  });

  // hashicorp/vault-plugin-secrets-gcp#88 and #93: a plugin requested a policy with conditions in version 1.
  it('reads the policy of a secret with GET, that of an account with POST, and both in version 3', async () => {
    const { administration, calls } = answering(200, { etag: 'ACAB' });
    await administration.policies.read(ACCOUNT, signal);
    await administration.policies.read(SECRET, signal);
    expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://iam.googleapis.com/v1/projects/acme-ops/serviceAccounts/relay%40acme-ops.iam.gserviceaccount.com:getIamPolicy?options.requestedPolicyVersion=3',
      'GET https://secretmanager.googleapis.com/v1/projects/acme-ops/secrets/billing:getIamPolicy?options.requestedPolicyVersion=3',
    ]);
  });

  const refusals: { title: string; status: number; body: object; failure: object }[] = [
    {
      title: 'a stale etag',
      status: 409,
      body: refused('ABORTED'),
      failure: { reason: 'etag-stale' },
    },
    {
      title: 'an organization policy',
      status: 400,
      body: refused('FAILED_PRECONDITION', [
        { violations: [{ type: 'constraints/iam.allowedPolicyMemberDomains' }] },
      ]),
      failure: {
        reason: 'policy-refused',
        constraint: 'constraints/iam.allowedPolicyMemberDomains',
      },
    },
    {
      title: 'an organization policy with an impossible name',
      status: 400,
      body: refused('FAILED_PRECONDITION', [{ violations: [{ type: 'constraints/<script>' }] }]),
      failure: { reason: 'policy-refused' },
    },
    {
      title: 'an API that is not enabled',
      status: 403,
      body: refused('PERMISSION_DENIED', [
        {
          reason: 'SERVICE_DISABLED',
          metadata: { service: 'iam.googleapis.com', consumer: 'projects/700000000001' },
        },
      ]),
      failure: {
        reason: 'policy-denied',
        api: { service: 'iam.googleapis.com', project: '700000000001' },
      },
    },
    {
      title: 'an API with an impossible name',
      status: 403,
      body: refused('PERMISSION_DENIED', [
        { reason: 'SERVICE_DISABLED', metadata: { service: '$(rm -rf /)', consumer: 'x' } },
      ]),
      failure: { reason: 'policy-denied' },
    },
    {
      title: 'a busy cloud',
      status: 503,
      body: refused('UNAVAILABLE'),
      failure: { reason: 'cloud-busy' },
    },
  ];
  it.each(refusals)(
    'names the cause of a refused write: $title',
    async ({ status, body, failure }) => {
      const { administration, calls } = answering(status, body);
      const written = await administration.policies.write(ACCOUNT, { etag: 'ACAB' }, signal);
      const error = written.ok ? {} : written.error;
      expect(error).toMatchObject(failure);
      expect('api' in error).toBe('api' in failure);
      expect('constraint' in error).toBe('constraint' in failure);
      expect(calls).toHaveLength(1); // writes are not retried
    },
  );

  it('recognises a stale etag of Secret Manager', async () => {
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

  it('adds labels to those of a secret', async () => {
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

  it('makes no call for a role with an impossible name', async () => {
    const { administration, calls } = answering(200, {});
    expect(await administration.roles.read('roles/../../etc', signal)).toEqual({
      ok: true,
      value: 'missing',
    });
    expect(calls).toEqual([]);
  });
});
