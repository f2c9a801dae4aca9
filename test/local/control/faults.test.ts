import { type Caller, codeOf, type ProjectCloud } from '../project-cloud.ts';
import { automatic, openControlCloud, SECRETS, statusesOf } from './control-cloud.ts';

let cloud: ProjectCloud;
let owner: Caller;
let control: Caller;
beforeEach(async () => {
  ({ cloud, owner, control } = await openControlCloud());
});
afterEach(() => cloud.close());

describe('A fault', () => {
  const get = () => owner('GET', `${SECRETS}/billing`);

  it('strikes as many calls as `times` says, and only where method and path match', async () => {
    const fault = { path: 'secrets/bill', method: 'get', times: 2, status: 503 };
    await control('PUT', 'faults', [fault]);
    expect((await owner('GET', SECRETS)).status).toBe(200);
    expect((await owner('PATCH', `${SECRETS}/billing?updateMask=labels`, {})).status).toBe(200);
    expect(await statusesOf(3, get)).toEqual([503, 503, 200]);
    expect((await control('GET', 'faults')).body).toMatchObject([{ times: 0 }]);
  });

  it.each([
    { status: 429, code: 'RESOURCE_EXHAUSTED' },
    { status: 500, code: 'INTERNAL' },
    { status: 503, code: 'UNAVAILABLE' },
    { status: 504, code: 'DEADLINE_EXCEEDED' },
    { status: 502, code: 'INTERNAL' },
  ])("with status $status is an error in Google's form with the code $code", async (error) => {
    await control('PUT', 'faults', [{ path: '.', status: error.status }]);
    const response = await get();
    expect([response.status, codeOf(response)]).toEqual([error.status, error.code]);
  });

  it('never strikes /_local/, and an empty list removes it', async () => {
    await control('PUT', 'faults', [{ path: '.', status: 503 }]);
    expect((await control('GET', 'settings')).status).toBe(200);
    await control('PUT', 'faults', []);
    expect((await get()).status).toBe(200);
  });

  it('with `reset` resets the connection, and the call changes nothing', async () => {
    await control('PUT', 'faults', [{ path: 'secretId=lost', reset: true }]);
    await expect(owner('POST', `${SECRETS}?secretId=lost`, automatic)).rejects.toThrow();
    await control('PUT', 'faults', []);
    expect((await owner('GET', `${SECRETS}/lost`)).status).toBe(404);
  });

  it('with `loseAnswer` resets the connection after the call was executed', async () => {
    await control('PUT', 'faults', [{ path: 'secretId=lost', loseAnswer: true }]);
    await expect(owner('POST', `${SECRETS}?secretId=lost`, automatic)).rejects.toThrow();
    expect((await owner('GET', `${SECRETS}/lost`)).status).toBe(200);
    const { body } = await control('GET', 'requests');
    expect((body.requests as object[]).at(-2)).toMatchObject({ method: 'POST', status: 0 });
  });

  it('with `latencyMs` delays a correct response', async () => {
    await control('PUT', 'faults', [{ path: '.', latencyMs: 60 }]);
    const started = performance.now();
    expect((await get()).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(55);
  });

  it('strikes with its probability', async () => {
    const randomNumbers = [0.1, 0.9, 0.4];
    Object.assign(cloud.state, { random: () => randomNumbers.shift() ?? 1 });
    await control('PUT', 'faults', [{ path: '.', probability: 0.5, status: 503 }]);
    expect(await statusesOf(3, get)).toEqual([503, 200, 503]);
  });

  it.each([
    { situation: 'whose path is not a regular expression', faults: [{ path: '(' }] },
    { situation: 'without a path', faults: [{ status: 503 }] },
    { situation: 'with a probability above 1', faults: [{ path: '.', probability: 2 }] },
    { situation: 'with a status of success', faults: [{ path: '.', status: 200 }] },
    { situation: 'with an unknown key', faults: [{ path: '.', latency: 5 }] },
  ])('$situation is refused', async ({ faults }) => {
    expect((await control('PUT', 'faults', faults)).status).toBe(400);
    expect((await control('GET', 'faults')).body).toEqual([]);
  });
});
