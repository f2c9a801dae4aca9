import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import type { Wire } from '../../../shared/google/wire/wire.ts';
import { hopmint } from '../../run.ts';
import { hopmintHere } from '../hopmint-here.ts';
import {
  ADA,
  type ApplyWorld,
  CHAINS,
  data,
  EMPTY,
  isWrite,
  openApplyWorld,
  ops,
  type Run,
  stateOf,
} from './world.ts';

describe('Command:', () => {
  const MINUTE = 60_000;

  let local: LocalCloud;
  let directory: string;
  let env: Record<string, string>;
  let chains: string;
  beforeAll(async () => {
    local = await startLocalCloud({ seed: EMPTY, log: () => undefined });
    directory = await mkdtemp(join(tmpdir(), 'apply-command-'));
    chains = join(directory, 'chains.yaml');
    const answer = await fetch(`${local.url}/_local/token`, {
      method: 'POST',
      body: JSON.stringify({ account: ADA }),
    });
    const { accessToken } = (await answer.json()) as { accessToken: string };
    const token = join(directory, 'token');
    await Promise.all([writeFile(chains, CHAINS), writeFile(token, accessToken)]);
    env = { HOPMINT_CLOUD: local.url, CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: token };
  });
  afterAll(async () => {
    await local.close();
    await rm(directory, { recursive: true });
  });

  /** These tests depend on each other, in this order. */
  describe('from the command line', () => {
    it(
      'apply stops at Ctrl-C, and says that the next apply does the rest',
      async () => {
        local.state.faults = [{ path: 'setIamPolicy', latencyMs: 300 }];
        const { code, out } = await hopmint(['apply', '--yes', '-f', chains], {
          env,
          started: (child) => {
            const timer = setInterval(() => {
              const wrote = local.state.requests.some(({ path }) => path.includes('setIamPolicy'));
              if (wrote || local.state.secrets.size === 4) {
                child.kill('SIGINT');
                clearInterval(timer);
              }
            }, 5);
          },
        });
        local.state.faults = [];
        expect(code).toBe(1);
        expect(out).toMatch(/Interrupted: \d+ left to do\. "\.\/hopmint apply" does the rest/);
      },
      MINUTE,
    );

    it(
      'apply --yes does the rest, and mints every chain',
      async () => {
        const { code, out, err } = await hopmintHere(['apply', '--yes', '-f', chains], env);
        expect({ code, err }).toMatchObject({ code: 0 });
        expect(out).toContain('Minted 4: export, jwt, probe, stamp.');
      },
      MINUTE,
    );

    it(
      'then npm start mints every chain',
      async () => {
        const { code, out } = await hopmintHere(['start', '--once', '--json', '-f', chains], env);
        const { minted, failed } = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as {
          minted: { chain: string }[];
          failed: unknown[];
        };
        expect(failed).toEqual([]);
        expect(minted.map(({ chain }) => chain).sort()).toEqual([
          'export',
          'jwt',
          'probe',
          'stamp',
        ]);
        expect(code).toBe(0);
      },
      MINUTE,
    );

    it(
      'then the plan is empty, although the chains were rotated',
      async () => {
        const { code, out } = await hopmintHere(['plan', '-f', chains], env);
        expect(out).toBe(
          'Nothing to do: IAM and Secret Manager have everything that the chain file needs.\n',
        );
        expect(code).toBe(0);
      },
      MINUTE,
    );

    it.each([
      {
        mistake: 'a misspelt command',
        args: ['aply'],
        says: /unknown command 'aply'\n\(Did you mean apply\?\)/,
      },
      {
        mistake: 'a misspelt option',
        args: ['plan', '--fromat', 'json'],
        says: /Did you mean --format\?/,
      },
      {
        mistake: 'an unknown format',
        args: ['plan', '--format', 'teraform'],
        says: /Allowed choices are text, json, gcloud, terraform/,
      },
      {
        mistake: 'a text that is no duration',
        args: ['apply', '--wait', 'long'],
        says: /--wait long: write a duration/,
      },
      {
        mistake: 'a chain file that does not exist',
        args: ['plan', '-f', 'nowhere.yaml'],
        says: /nowhere\.yaml:1:1: error: there is no such file: write a first one with "\.\/hopmint init"/,
      },
    ])(
      '$mistake exits 2, and the message says what to do',
      async ({ args, says }) => {
        const { code, out, err } = await hopmintHere(args, env);
        expect(err).toMatch(says);
        expect({ code, out }).toEqual({ code: 2, out: '' });
      },
      MINUTE,
    );

    it(
      'the help of every command ends with examples',
      async () => {
        const { out } = await hopmintHere(['--help']);
        const names = [...out.matchAll(/^ {2}([a-z]+) .*\[options\]/gm)].map(
          ([, name]) => name ?? '',
        );
        expect(names).toEqual(expect.arrayContaining(['init', 'plan', 'apply', 'local', 'start']));
        for (const name of names) {
          expect((await hopmintHere([name, '--help'])).out).toMatch(/\nExamples:\n {2}\S/);
        }
      },
      MINUTE,
    );
  });
});

describe('Interrupted:', () => {
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
});
