import { mint } from '../../cli/commands/mint/mint.ts';
import { DEPOT, MINTER, RELAY, TARGET, TARGET_ID } from '../functions/rotation-world.ts';
import { CHAINS, type OperatedWorld, openOperatedWorld } from './operated-world.ts';

const ADA = 'user:ada@acme.com';
const CREATOR = 'roles/iam.serviceAccountTokenCreator';
const NEW_CHAINS = `${CHAINS}
  - name: stamp
    target: ${TARGET}
    credential: { kind: signed-blob, payload: { text: release 42 } }
    secret: projects/acme-ops/secrets/stamp
  - name: broken
    delegates: [${DEPOT}]
    target: ${TARGET}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery.readonly] }
    secret: projects/acme-ops/secrets/broken
`;
let world: OperatedWorld;
beforeAll(async () => {
  world = await openOperatedWorld(NEW_CHAINS);
  const reader = { role: 'roles/iam.securityReviewer', members: [ADA] };
  const viewer = { role: 'roles/iam.serviceAccountViewer', members: [ADA] };
  const browser = { role: 'roles/browser', members: [ADA] };
  await world.seed({
    accounts: [],
    projects: ['acme-ops', 'acme-data'].map((id) => ({
      id,
      policy: { bindings: [reader, viewer, browser] },
    })),
  });
});
afterAll(() => world.close());

const run = async (chain: string, account: string = MINTER, more = {}) => {
  const { io, written } = await world.as(account);
  const options = { source: 'chains.yaml', chain, json: false, ...more };
  return { exit: await mint(options, io, world.read), ...written };
};
const everyToken = () => [...world.rotation.local.state.tokens.keys()];

describe('hopmint mint', () => {
  it('mints, proves and describes a credential, prints no credential and stores nothing', async () => {
    const ran = await run('billing-export');
    expect(ran).toEqual({
      exit: 0,
      out: [
        'billing-export  access-token, not stored',
        `target   ${TARGET}`,
        'expires  2026-11-22T13:00:00Z, in 60m',
        `proof    Google confirms its scopes and its expiry, of account ${TARGET_ID}`,
        '',
      ].join('\n'),
      err: [
        'LOCAL: this command used the local cloud, not Google',
        `you call as yourself, not as ${MINTER}: the first hop is from you to ${RELAY}`,
        '',
      ].join('\n'),
    });
    for (const token of everyToken()) expect(ran.out).not.toContain(token);
    expect(world.rotation.versions('billing-export')).toEqual([]);
  });

  it('prints only the credential with --reveal', async () => {
    const { exit, out, err } = await run('billing-export', MINTER, { reveal: true });
    expect(exit).toBe(0);
    expect(everyToken()).toContain(out.trimEnd());
    expect(err).toMatch(/^expires /m);
    expect(err).not.toContain(out.trimEnd());
  });

  it.each([
    {
      kind: 'an ID token',
      chain: 'partner-api',
      proof: new RegExp(`Google has signed it for this audience, of account ${TARGET_ID}`),
    },
    {
      kind: 'a signed blob',
      chain: 'stamp',
      proof: /a key of the target has signed these bytes\nkey /,
    },
  ])('proves $kind too', async ({ chain, proof }) => {
    const ran = await run(chain);
    expect(ran.exit).toBe(0);
    expect(ran.out).toMatch(proof);
  });

  it('prints JSON for machines, with the credential only if it is asked for', async () => {
    const plain = JSON.parse((await run('stamp', MINTER, { json: true })).out);
    expect(plain).toMatchObject({ chain: 'stamp', kind: 'signed-blob', proof: 'proven' });
    expect(plain).not.toHaveProperty('credential');
    const revealed = JSON.parse((await run('stamp', MINTER, { json: true, reveal: true })).out);
    expect(revealed.credential).toMatch(/^[A-Za-z0-9+/]{300,}=*$/);
  });

  it('names the reason and the permission, and what it may not read', async () => {
    const { exit, out } = await run('broken');
    expect(exit).toBe(1);
    expect(out).toMatch(/^broken {2}failed: mint-denied$/m);
    expect(out).toMatch(/^because .* 403 .*without iam\.serviceAccounts\.implicitDelegation$/m);
    expect(out).toMatch(/^unread {3}\S/m);
    expect(out).not.toMatch(/^fix /m);
  });

  it('names the broken hop and its fix, if the operator may read policies', async () => {
    const { exit, out } = await run('broken', ADA);
    expect(exit).toBe(1);
    expect(out).toMatch(
      new RegExp(`^broken {3}hop 1: ${MINTER} needs .* on ${DEPOT}, and has no grant$`, 'm'),
    );
    expect(out).toMatch(/^fix {6}gcloud iam service-accounts add-iam-policy-binding depot@/m);
  });

  it('names the permission that the operator lacks, if the chain is right for its caller', async () => {
    const { exit, out } = await run('billing-export', ADA);
    expect(exit).toBe(1);
    expect(out).toMatch(/^reason {3}every hop looks right/m);
    expect(out).toContain(
      `you      need iam.serviceAccounts.implicitDelegation on ${RELAY} yourself: the grant of ${MINTER} does not help you\n`,
    );
  });

  it('mints as an operator with a grant on the first hop, and compares the target if IAM can be read', async () => {
    const grace = 'user:grace@acme.com';
    const bindings = [{ role: CREATOR, members: [`serviceAccount:${MINTER}`, ADA, grace] }];
    await world.seed({ accounts: [{ email: RELAY, policy: { bindings } }] });
    const { exit, out } = await run('billing-export', ADA);
    expect(exit).toBe(0);
    expect(out).toMatch(new RegExp(`^proof .* of account ${TARGET_ID}$`, 'm'));
    expect((await run('billing-export', grace)).out).toMatch(
      new RegExp(
        `^proof .* of account ${TARGET_ID}; IAM could not be read to check that this is ${TARGET}$`,
        'm',
      ),
    );
  });

  it('refuses an unknown chain', async () => {
    expect(await run('billing-exprot')).toMatchObject({
      exit: 2,
      out: '',
      err: expect.stringMatching(/did you mean billing-export\?/),
    });
  });
});
