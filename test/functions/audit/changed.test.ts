import { answer, type Doors } from '../../../functions/audit/routes.ts';

const entry = { protoPayload: { resourceName: 'projects/acme-ops' } };

describe('the door for what was changed', () => {
  const ask = async (method: string, body: unknown) => {
    const changed: (readonly string[])[] = [];
    const malformed: string[] = [];
    const closed = () => Promise.reject(new Error('another door'));
    const doors: Doors = {
      lastReport: closed,
      newReport: closed,
      status: closed,
      failed: closed,
      changed: async (names) => {
        changed.push(names);
      },
      malformed: (detail) => malformed.push(detail),
      now: () => new Date(0),
      local: true,
    };
    const asked = { method, path: '/changed', query: {}, accepts: () => false as const, body };
    const { status } = await answer(asked, doors);
    return { status, changed, malformed: malformed.length };
  };

  it("takes Eventarc's event of the audit log", async () => {
    expect(await ask('POST', entry)).toEqual({
      status: 204,
      changed: [['projects/acme-ops']],
      malformed: 0,
    });
  });

  it('takes what a log sink pushes by Pub/Sub', async () => {
    const data = Buffer.from(JSON.stringify(entry)).toString('base64');
    expect((await ask('POST', { message: { data } })).changed).toEqual([['projects/acme-ops']]);
  });

  it('acknowledges what is no change of anything that an audit reads', async () => {
    const body = { protoPayload: { resourceName: 'projects/acme-ops/topics/t' } };
    expect(await ask('POST', body)).toEqual({ status: 204, changed: [], malformed: 0 });
  });

  it('acknowledges what it does not understand, and says so: it would not the next time either', async () => {
    expect(await ask('POST', { hello: 1 })).toEqual({ status: 204, changed: [], malformed: 1 });
  });

  it('is for POST alone', async () => {
    expect((await ask('GET', undefined)).status).toBe(405);
  });
});
