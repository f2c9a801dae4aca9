import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit } from '../../cli/commands/audit.ts';
import type { Certificate } from '../../shared/certificate/certificate.ts';
import { RELAY, TARGET } from '../functions/rotation-world.ts';
import { hopmintHere } from './hopmint-here.ts';
import { CHAINS, type OperatedWorld, openOperatedWorld } from './operated-world.ts';

const ADA = 'user:ada@acme.com';
const READING = [
  'roles/iam.securityReviewer',
  'roles/iam.serviceAccountViewer',
  'roles/iam.denyReviewer',
  'roles/browser',
  'roles/secretmanager.viewer',
];

let world: OperatedWorld;
let directory: string;
/** Of the two chains of the world, and of the same with one more grant. */
let proof: string;
let chains: string;
let printed: { readonly exit: number; readonly out: string; readonly err: string };
beforeAll(async () => {
  world = await openOperatedWorld();
  directory = await mkdtemp(join(tmpdir(), 'hopmint-verify-'));
  proof = join(directory, 'proof.json');
  chains = join(directory, 'chains.yaml');
  await writeFile(chains, CHAINS);
  await world.seed({
    organization: {
      id: '900000000001',
      policy: { bindings: READING.map((role) => ({ role, members: [ADA] })) },
    },
    projects: ['acme-ops', 'acme-data'].map((id) => ({ id, parent: 'organizations/900000000001' })),
    accounts: [],
  });
  const { io, written } = await world.as(ADA);
  const exit = await audit(
    { source: 'chains.yaml', json: false, certificate: proof },
    io,
    world.read,
  );
  printed = { exit, ...written };
});
afterAll(async () => {
  await world.close();
  await rm(directory, { recursive: true });
});

const verify = (...words: string[]) => hopmintHere(['verify', ...words]);
const saved = async () => JSON.parse(await readFile(proof, 'utf8')) as Certificate;
async function fileWith(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

describe('hopmint audit --certificate', () => {
  it('prints the report as without it, and says how to check the certificate', () => {
    expect(printed.out).toMatch(/^not clean: 2 chains/m);
    expect(printed.exit).toBe(1);
    expect(printed.err).toContain(`saved as ${proof}: "./hopmint verify ${proof}" checks it\n`);
  });

  it('names the file that it cannot write', async () => {
    const { io, written } = await world.as(ADA);
    const certificate = join(directory, 'none', 'proof.json');
    const exit = await audit({ source: 'chains.yaml', json: false, certificate }, io, world.read);
    expect({ exit, out: written.out }).toEqual({ exit: 2, out: '' });
    expect(written.err).toContain(`hopmint audit: ${certificate} cannot be written (ENOENT)\n`);
  });
});

describe('hopmint verify', () => {
  it('accepts a certificate, and lists who can get a credential and what is not counted', async () => {
    const { code, out, err } = await verify(proof, '--chain', 'billing-export');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^accepted: [0-9a-f]{64}\n/);
    expect(out).toContain(`\n  can      serviceAccount:${RELAY}\n`);
    expect(out).toContain(`\n  can      serviceAccount:${TARGET}\n`);
    expect(out).toMatch(/^partner-api +\d can get its credential$/m);
    expect(out).toMatch(/^ {2}Domain-wide delegation/m);
  });

  it('prints the sets, the digests and the coverage as JSON', async () => {
    const { code, out } = await verify(proof, '--json', '-f', chains);
    const { digest, coverage } = await saved();
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      verdict: 'accepted',
      digest,
      coverage,
      chains: [
        {
          name: 'billing-export',
          members: expect.arrayContaining([{ member: `serviceAccount:${TARGET}`, certain: true }]),
        },
        { name: 'partner-api' },
      ],
    });
  });

  it('rejects a changed certificate with the place, and exits 1', async () => {
    const text = (await readFile(proof, 'utf8')).replace('"reason":"role"', '"reason":"time"');
    const path = await fileWith('changed.json', text);
    expect(await verify(path)).toMatchObject({
      code: 1,
      out: 'rejected: digest: it is not the digest of this certificate\n',
    });
    const { code, out } = await verify(path, '--json');
    expect({ code, ...JSON.parse(out) }).toMatchObject({
      code: 1,
      verdict: 'rejected',
      place: 'digest',
    });
  });

  it('rejects a certificate that is not about the chain file', async () => {
    const other = await fileWith(
      'other.yaml',
      CHAINS.replace('rotateEvery: 30m', 'rotateEvery: 20m'),
    );
    const { code, out } = await verify(proof, '-f', other);
    expect({ code, out }).toEqual({
      code: 1,
      out: `rejected: chainFile: the certificate is not about ${other} as it is now\n`,
    });
  });

  it('says that a file is no certificate, and exits 2', async () => {
    const path = await fileWith('report.json', '{"version":1}\n');
    const { code, out, err } = await verify(path);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/report\.json is not a certificate: format: /);
    expect(await verify(join(directory, 'none.json'))).toMatchObject({
      code: 2,
      err: `hopmint verify: ${join(directory, 'none.json')}: it cannot be read (ENOENT)\n`,
    });
    expect(await verify(proof, '--chain', 'biling-export')).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean billing-export?'),
    });
  });
});
