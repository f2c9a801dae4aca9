import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { hopmint } from '../../run.ts';
import { hopmintHere } from '../hopmint-here.ts';
import { ADA, CHAINS, EMPTY } from './world.ts';

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
      expect(minted.map(({ chain }) => chain).sort()).toEqual(['export', 'jwt', 'probe', 'stamp']);
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
