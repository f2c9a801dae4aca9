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

/** Access tokens alone, as no key has to be made for them: two chains that share a hop, in two projects. */
const chains = `${CHAINS.slice(0, CHAINS.indexOf('  - name: probe'))}  - name: backup
    delegates: [${ops('relay')}]
    target: ${data('signer')}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery] }
    secret: projects/acme-data/secrets/backup
`;

type Call = { readonly number: number; readonly isWrite: boolean; readonly path: string };

/** The local cloud's fetch, with what `around` does to each call; writes that came through are kept. */
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

/** Creations of roles share an address: the ID in the body tells them apart. Of secrets, the query does. */
const idOf = (init: RequestInit | undefined): string =>
  /"roleId":"(\w+)"/.exec(String(init?.body))?.[1] ?? '';

describe('an apply that is disturbed', () => {
  /** What an apply without trouble leaves, what it writes, and how many calls it takes. */
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

  /** A disturbed apply and an undisturbed one after it, for a disturbance at each call of `calls`. */
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

  it('killed before any of its calls, is finished by the next, and nothing is changed twice', async () => {
    await atEach(clean.calls, async (_go, kill) => {
      kill.abort();
      throw new TypeError('fetch failed');
    });
  }, 120_000);

  it('killed after any of its writes, before the answer, is finished by the next, and nothing is changed twice', async () => {
    await atEach(writes(), async (go, kill) => {
      await go();
      kill.abort();
      throw new TypeError('fetch failed');
    });
  }, 120_000);

  const passing: [title: string, disturb: (go: () => Promise<Response>) => Promise<Response>][] = [
    [
      'an answer that is lost, though the work was done',
      async (go) => {
        await go();
        throw new TypeError('fetch failed');
      },
    ],
    [
      'a cloud that is busy for a moment',
      async () => Response.json({ error: { status: 'UNAVAILABLE' } }, { status: 503 }),
    ],
  ];
  it.each(passing)(
    'by %s, at any of its writes, does it all itself',
    async (_title, disturb) => {
      await atEach(writes(), disturb, (first, at) =>
        expect({ at, exit: first.exit }).toEqual({ at, exit: 0 }),
      );
    },
    120_000,
  );

  it('by Ctrl-C, says how much is left, and that the next apply does it', async () => {
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
      /Added [1-9]\d?\.\nInterrupted: \d+ left to do\. "\.\/hopmint apply" does what is left, and nothing twice\.\n$/,
    );
    expect(err).not.toContain('!');
  });
});
