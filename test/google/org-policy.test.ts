import { lifetimePolicyOf } from '../../shared/google/org-policy.ts';
import { hostsOf } from '../../shared/google/wire/http.ts';
import { WIRE } from '../../shared/google/wire/wire.ts';

const signal = new AbortController().signal;

describe('the effective policy for long token lifetimes', () => {
  it('does not count a conditional rule that allows', async () => {
    const body = {
      spec: {
        rules: [
          { allowAll: true, condition: { expression: 'resource.matchTag("a", "b")' } },
          { values: { allowedValues: ['batch@acme-data.iam.gserviceaccount.com'] } },
        ],
      },
    };
    const http = async () => ({ status: 200, body, text: JSON.stringify(body) });
    const lifetimePolicy = lifetimePolicyOf(http, hostsOf(undefined), WIRE);
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
});
