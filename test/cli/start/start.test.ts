import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import type { Ran } from '../../run.ts';
import { hopmintHere } from '../hopmint-here.ts';

const MINUTE = 60_000;

const email = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const tokenCreator = (...names: string[]) => ({
  bindings: [
    {
      role: 'roles/iam.serviceAccountTokenCreator',
      members: names.map((name) => `serviceAccount:${email(name)}`),
    },
  ],
});

/** minter → relay → vault → target is granted, and minter → disabled → target; nothing else is. */
const world = {
  accounts: [
    { email: email('minter') },
    { email: email('relay'), policy: tokenCreator('minter') },
    { email: email('vault'), policy: tokenCreator('relay') },
    { email: email('disabled'), disabled: true, policy: tokenCreator('minter') },
    { email: email('target'), policy: tokenCreator('vault', 'disabled') },
    { email: email('ungranted') },
  ],
};

const chain = (name: string, delegates: string[], target: string) => `
  - name: ${name}
    delegates: [${delegates.map(email).join(', ')}]
    target: ${email(target)}
    credential: { kind: access-token, scopes: [openid] }
    secret: projects/acme-ops/secrets/${name}`;

const chains = `caller: ${email('minter')}
chains:${chain('works', ['relay', 'vault'], 'target')}${chain('missing-grant', ['relay', 'vault'], 'ungranted')}${chain('disabled-delegate', ['disabled'], 'target')}${chain('wrong-order', ['vault', 'relay'], 'target')}${chain('unknown-account', ['relay', 'nobody'], 'target')}
  - name: works-too
    delegates: [${email('relay')}, ${email('vault')}]
    target: ${email('target')}
    credential: { kind: signed-blob, payload: { text: release 42 } }
    secret: projects/acme-ops/secrets/works-too
    format: json
`;

const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  hopmintHere(['start', ...args], env);

const lastLineOf = ({ out }: Ran) => JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');

let directory: string;
let files: { world: string; chains: string };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hopmint-'));
  files = { world: join(directory, 'world.json'), chains: join(directory, 'chains.yaml') };
  await writeFile(files.world, JSON.stringify(world));
  await writeFile(files.chains, chains);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('npm start -- --once --json', () => {
  it(
    'mints and proves every chain of the example, and exits 0',
    async () => {
      const ran = await run(['--once', '--json']);
      expect(ran).toMatchObject({ code: 0 });
      const { minted, failed } = lastLineOf(ran);
      expect(failed).toEqual([]);
      expect(minted.length).toBeGreaterThanOrEqual(8);
      const kinds = new Set(minted.map(({ kind }: { kind: string }) => kind));
      expect([...kinds].sort()).toEqual(['access-token', 'id-token', 'signed-blob', 'signed-jwt']);
    },
    MINUTE,
  );

  describe('with a world and chains from outside, in a local cloud that runs', () => {
    let local: LocalCloud;
    let ran: Ran;

    beforeAll(async () => {
      local = await startLocalCloud();
      const paths = ['--world', files.world, '-f', files.chains];
      ran = await run(['--once', '--json', ...paths], { HOPMINT_CLOUD: local.url });
    }, MINUTE);
    afterAll(() => local.close());

    it('exits 1, and mints what can be minted', () => {
      expect(ran.code).toBe(1);
      expect(lastLineOf(ran).minted).toMatchObject([
        { chain: 'works', kind: 'access-token', version: 1 },
        { chain: 'works-too', kind: 'signed-blob', version: 1 },
      ]);
    });

    it.each([
      { name: 'missing-grant', hop: 3 },
      { name: 'disabled-delegate', hop: 1 },
      { name: 'wrong-order', hop: 1 },
      { name: 'unknown-account', hop: 2 },
    ])('fails $name alone, and names hop $hop', ({ name, hop }) => {
      expect(lastLineOf(ran).failed).toContainEqual({ chain: name, reason: 'mint-denied', hop });
    });

    it('has a finding for each', () => {
      const kinds = lastLineOf(ran).findings.map(({ kind }: { kind: string }) => kind);
      expect(kinds).toEqual(
        expect.arrayContaining(['hop-missing', 'account-disabled', 'account-missing']),
      );
    });

    it('grants nothing on the account of a chain', () => {
      for (const { email: name, policy } of world.accounts) {
        const resource = `projects/acme-ops/serviceAccounts/${name}`;
        const bindings = local.state.policies.get(resource)?.bindings ?? [];
        expect(bindings).toEqual(policy?.bindings ?? []);
      }
    });

    it('prints no credential, raw or encoded', () => {
      const printed = ran.out + ran.err;
      const payloads = [...local.state.secrets.values()].flatMap(({ versions }) =>
        versions.flatMap(({ data }) => (data ? [Buffer.from(data, 'base64').toString()] : [])),
      );
      const tokens = [...local.state.tokens.keys()];
      expect(payloads).toHaveLength(2);
      expect(tokens.length).toBeGreaterThan(2);
      for (const secret of [...payloads, ...tokens]) {
        expect(printed).not.toContain(secret);
        expect(printed).not.toContain(Buffer.from(secret).toString('base64'));
        expect(printed).not.toContain(Buffer.from(secret).toString('base64url'));
      }
    });
  });

  it(
    'refuses a chain file with faults, and a caller that is not there',
    async () => {
      const faulty = join(directory, 'faulty.yaml');
      await writeFile(faulty, 'caller: ada@acme.com\nchains: []\n');
      const stranger = join(directory, 'stranger.yaml');
      await writeFile(stranger, chains.replace('caller: minter@', 'caller: stranger@'));
      const [first, second] = await Promise.all([
        run(['--once', '-f', faulty]),
        run(['--once', '--world', files.world, '-f', stranger]),
      ]);
      expect(first).toMatchObject({
        code: 2,
        err: expect.stringMatching(/faulty\.yaml:1:9: error/),
      });
      expect(second).toMatchObject({ code: 2, err: expect.stringMatching(/stranger@acme-ops/) });
    },
    MINUTE,
  );
});
