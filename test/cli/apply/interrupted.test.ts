import type { Wire } from '../../../shared/google/wire/wire.ts';
import {
  type ApplyWorld,
  CHAINS,
  data,
  isWrite,
  openApplyWorld,
  ops,
  type Run,
  stateOf,
} from './world.ts';

/** Two chains that share a hop, in two projects. They mint access tokens only, because those need no key. */
const chains = `${CHAINS.slice(0, CHAINS.indexOf('  - name: probe'))}  - name: backup
    delegates: [${ops('relay')}]
    target: ${data('signer')}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery] }
    secret: projects/acme-data/secrets/backup
`;

type Call = { readonly number: number; readonly isWrite: boolean; readonly path: string };

/** The fetch of the local cloud. `around` may disturb each call. `written` gets the writes that succeeded. */
function watched(
  world: ApplyWorld,
  written: string[],
  around: (call: Call, go: () => Promise<Response>) => Promise<Response> = (_call, go) => go(),
): Wire['fetch'] {
  let number = 0;
  return (url, init) => {
    const { pathname } = new URL(String(url));
    const method = init?.method ?? 'GET';
    const call = { number: ++number, isWrite: isWrite(method, pathname), path: pathname };
    return around(call, async () => {
      const answer = await world.local.fetch(url, init);
      if (call.isWrite && answer.ok) written.push(`${method} ${pathname}${idOf(init)}`);
      return answer;
    });
  };
}

/** Roles are created at one URL, and the ID is in the body. For secrets, the ID is in the query. */
const idOf = (init: RequestInit | undefined): string =>
  /"roleId":"(\w+)"/.exec(String(init?.body))?.[1] ?? '';

describe('a disturbed apply', () => {
  /** The result, the writes and the calls of an undisturbed apply. */
  let clean: { state: ReturnType<typeof stateOf>; written: string[]; calls: Call[] };
  beforeAll(async () => {
    const first = await openApplyWorld();
    const written: string[] = [];
    const calls: Call[] = [];
    const fetch = watched(first, written, (call, go) => {
      calls.push(call);
      return go();
    });
    expect((await first.apply({}, { chains, fetch })).exit).toBe(0);
    clean = { state: stateOf(first), written: written.sort(), calls };
    await first.close();
    expect(calls.length).toBeGreaterThan(30);
    expect(written.length).toBeGreaterThan(8);
  });

  /** For each of `calls`, runs an apply that is disturbed at that call, and then an undisturbed one. */
  async function atEach(
    calls: readonly Call[],
    disturb: (go: () => Promise<Response>, kill: AbortController) => Promise<Response>,
    judge: (first: Run, at: Call) => void = () => undefined,
  ): Promise<void> {
    for (const at of calls) {
      const world = await openApplyWorld();
      const written: string[] = [];
      const kill = new AbortController();
      const fetch = watched(world, written, (call, go) =>
        call.number === at.number ? disturb(go, kill) : go(),
      );
      const first = await world.apply({}, { chains, fetch, signal: kill.signal });
      const second = await world.apply({}, { chains, fetch: watched(world, written) });
      const state = stateOf(world);
      await world.close();
      judge(first, at);
      expect({ at, exit: second.exit, state }).toEqual({ at, exit: 0, state: clean.state });
      expect({ at, written: written.sort() }).toEqual({ at, written: clean.written });
    }
  }
  const writes = () => clean.calls.filter(({ isWrite }) => isWrite);

  it('is completed by the next apply after it was killed before any call, and nothing is changed twice', async () => {
    await atEach(clean.calls, async (_go, kill) => {
      kill.abort();
      throw new TypeError('fetch failed');
    });
  }, 120_000);

  it('is completed by the next apply after it was killed between any write and its answer, and nothing is changed twice', async () => {
    await atEach(writes(), async (go, kill) => {
      await go();
      kill.abort();
      throw new TypeError('fetch failed');
    });
  }, 120_000);

  type Disturbance = {
    disturbance: string;
    disturb: (go: () => Promise<Response>) => Promise<Response>;
  };
  it.each<Disturbance>([
    {
      disturbance: 'the answer of any write is lost',
      disturb: async (go) => {
        await go();
        throw new TypeError('fetch failed');
      },
    },
    {
      disturbance: 'the cloud is busy at any write',
      disturb: async () => Response.json({ error: { status: 'UNAVAILABLE' } }, { status: 503 }),
    },
  ])(
    'completes by itself if $disturbance',
    async ({ disturb }) => {
      await atEach(writes(), disturb, (first, at) =>
        expect({ at, exit: first.exit }).toEqual({ at, exit: 0 }),
      );
    },
    120_000,
  );

  it('says after Ctrl-C how many steps are left, and that the next apply does them', async () => {
    const world = await openApplyWorld();
    const kill = new AbortController();
    let writes = 0;
    const fetch = watched(world, [], async (call, go) => {
      if (call.isWrite && ++writes === 3) kill.abort();
      return go();
    });
    const { exit, out, err } = await world.apply({}, { chains, fetch, signal: kill.signal });
    await world.close();
    expect(exit).toBe(1);
    expect(out).toMatch(
      /Added [1-9]\d?\.\nInterrupted: \d+ left to do\. "\.\/hopmint apply" does the rest, and nothing twice\.\n$/,
    );
    expect(err).not.toContain('!');
  });
});
