import { type AuditActions, routeRequest } from '../../../functions/audit/routes.ts';

const entry = { protoPayload: { resourceName: 'projects/acme-ops' } };

describe('the route /changed', () => {
  const ask = async (method: string, body: unknown, path = '/changed') => {
    const changed: (readonly string[])[] = [];
    const malformed: string[] = [];
    const arrived: string[] = [];
    let heard = 0;
    const closed = () => Promise.reject(new Error('another door'));
    const actions: AuditActions = {
      lastReport: closed,
      newReport: closed,
      status: closed,
      failed: closed,
      changed: async ({ names }) => {
        changed.push(names);
      },
      minted: async () => {},
      observe: closed,
      canary: (arrival) => arrived.push(arrival.reportAt),
      heard: () => {
        heard++;
      },
      malformed: (detail) => malformed.push(detail),
      now: () => new Date(0),
      local: true,
    };
    const asked = { method, path, query: {}, accepts: () => false as const, body };
    const { status } = await routeRequest(asked, actions);
    return { status, changed, malformed: malformed.length, heard, arrived };
  };

  it("takes Eventarc's event of the audit log", async () => {
    expect(await ask('POST', entry)).toEqual({
      status: 204,
      changed: [['projects/acme-ops']],
      malformed: 0,
      heard: 1,
      arrived: [],
    });
  });

  it('takes the push of a log sink through Pub/Sub', async () => {
    const data = Buffer.from(JSON.stringify(entry)).toString('base64');
    expect((await ask('POST', { message: { data } })).changed).toEqual([['projects/acme-ops']]);
  });

  it('acknowledges a change of a resource that no audit reads', async () => {
    const body = { protoPayload: { resourceName: 'projects/acme-ops/topics/t' } };
    expect(await ask('POST', body)).toEqual({
      status: 204,
      changed: [],
      malformed: 0,
      heard: 1,
      arrived: [],
    });
  });

  it('acknowledges a malformed message and logs it, because a second delivery would be malformed too', async () => {
    expect(await ask('POST', { hello: 1 })).toEqual({
      status: 204,
      changed: [],
      malformed: 1,
      heard: 0,
      arrived: [],
    });
  });

  it.each(['policies/%E0%A4%A/denypolicies/x', 'projects/acme-ops/secrets/100%'])(
    'acknowledges the malformed percent-encoding of %s, and logs it once',
    async (resourceName) => {
      const answer = await ask('POST', { protoPayload: { resourceName } });
      expect(answer).toEqual({ status: 204, changed: [], malformed: 1, heard: 0, arrived: [] });
    },
  );

  it('accepts only POST', async () => {
    expect((await ask('GET', undefined)).status).toBe(405);
  });

  it.each([
    { what: 'a canary', kind: 'canary', arrived: ['1970-01-01T00:00:00.000Z'], malformed: 0 },
    { what: 'another finding', kind: 'public', arrived: [], malformed: 1 },
  ])('has a neighbour, /canary, which acknowledges $what', async ({ kind, arrived, malformed }) => {
    const attributes = { kind, reportAt: new Date(0).toISOString() };
    const message = { data: '', attributes, publishTime: attributes.reportAt };
    expect(await ask('POST', { message }, '/canary')).toMatchObject({
      status: 204,
      arrived,
      malformed,
    });
  });
});
