import { verify, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { deniedFor, type Gcloud, openReal, type Ran, type Real } from './gcloud.ts';

const OPS = 'acme-ops.iam.gserviceaccount.com';
const DATA = 'acme-data.iam.gserviceaccount.com';
const minter = `minter@${OPS}`;
const PAST = { title: 'past', expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' };
const FUTURE = { title: 'future', expression: 'request.time < timestamp("2100-01-01T00:00:00Z")' };

type Grants = { relay?: string; vault?: string; target?: string };
const holdersOf = (of: string): Required<Grants> => ({
  relay: minter,
  vault: `relay-${of}@${OPS}`,
  target: `vault-${of}@${OPS}`,
});

/** minter → relay → vault → target under names of its own; each is granted to the one before it, but for what a situation changes. */
function chain(
  of: string,
  change: {
    without?: keyof Grants;
    condition?: [at: keyof Grants, condition: object];
    disabled?: keyof Grants;
    denied?: keyof Grants;
  },
) {
  const emails: Required<Grants> = {
    relay: `relay-${of}@${OPS}`,
    vault: `vault-${of}@${OPS}`,
    target: `target-${of}@${DATA}`,
  };
  const accounts = (Object.keys(emails) as (keyof Grants)[]).map((name) => ({
    email: emails[name],
    disabled: change.disabled === name,
    policy: {
      version: 3,
      bindings:
        change.without === name
          ? []
          : [
              {
                role: 'roles/iam.serviceAccountTokenCreator',
                members: [`serviceAccount:${holdersOf(of)[name]}`],
                ...(change.condition?.[0] === name && { condition: change.condition[1] }),
              },
            ],
    },
  }));
  const denyPolicies = change.denied
    ? [
        {
          attachedTo: change.denied === 'target' ? 'projects/acme-data' : 'projects/acme-ops',
          name: `no-${of}`,
          rules: [
            {
              denyRule: {
                deniedPrincipals: [
                  `principal://iam.googleapis.com/projects/-/serviceAccounts/${holdersOf(of)[change.denied]}`,
                ],
                deniedPermissions: [
                  change.denied === 'target'
                    ? 'iam.googleapis.com/serviceAccounts.getAccessToken'
                    : 'iam.googleapis.com/serviceAccounts.implicitDelegation',
                ],
              },
            },
          ],
        },
      ]
    : [];
  return { path: Object.values(emails).join(','), world: { accounts, denyPolicies } };
}

const HOP = 'iam.serviceAccounts.implicitDelegation';
const LAST = 'iam.serviceAccounts.getAccessToken';
type Situation = [title: string, of: string, change: Parameters<typeof chain>[1], missing?: string];
const SITUATIONS: Situation[] = [
  ['with every grant', 'all', {}],
  ['with a condition that holds', 'future', { condition: ['vault', FUTURE] }],
  ['without the grant on the relay', 'no-relay', { without: 'relay' }, HOP],
  ['without the grant on the vault', 'no-vault', { without: 'vault' }, HOP],
  ['without the grant on the target', 'no-target', { without: 'target' }, LAST],
  ['with a first hop until 2020', 'past-relay', { condition: ['relay', PAST] }, HOP],
  ['with a last hop until 2020', 'past-target', { condition: ['target', PAST] }, LAST],
  ['with the relay disabled', 'off-relay', { disabled: 'relay' }, HOP],
  ['with the target disabled', 'off-target', { disabled: 'target' }, LAST],
];
// Disjoint principals: a deny policy hangs on a whole project. The minter's own is shared, so only later hops are denied.
const DENIED: Situation[] = [
  ['with the second hop denied', 'deny-vault', { denied: 'vault' }, HOP],
  ['with the last hop denied', 'deny-target', { denied: 'target' }, LAST],
];

describe('gcloud, as the minter, through relay and vault,', () => {
  let real: Real;
  let as: Gcloud;
  beforeAll(async () => {
    real = await openReal();
    for (const [, of, change] of [...SITUATIONS, ...DENIED]) {
      await real.local('POST', 'seed', chain(of, change).world);
    }
    as = await real.as(minter);
  });
  afterAll(() => real.close());

  describe('gets an access token of the target', () => {
    const ran = new Map<string, Ran>();
    beforeAll(async () => {
      await Promise.all(
        [...SITUATIONS, ...DENIED].map(async ([title, of, change]) => {
          const path = chain(of, change).path;
          ran.set(title, await as(`auth print-access-token --impersonate-service-account=${path}`));
        }),
      );
    });

    it.each([...SITUATIONS, ...DENIED].filter(([, , , missing]) => !missing))(
      '%s',
      async (title, of) => {
        const { code, out } = ran.get(title) as Ran;
        expect([code, out]).toEqual([0, expect.stringMatching(/^ya29\..+\n$/)]);
        const body = new URLSearchParams({ access_token: out.trim() });
        const info = await fetch(`${real.url}/tokeninfo`, { method: 'POST', body });
        expect(await info.json()).toMatchObject({ email: `target-${of}@${DATA}` });
      },
    );
    it.each([...SITUATIONS, ...DENIED].filter(([, , , missing]) => missing))(
      'never %s',
      (title, _of, _change, missing = '') => {
        expect(ran.get(title)).toEqual(deniedFor(missing));
      },
    );
  });

  it('hears that an account is unknown, and that a name is none', async () => {
    const of = (path: string) =>
      as(`auth print-access-token --impersonate-service-account=${path}`);
    const [unknown, none] = await Promise.all([
      of(`relay-all@${OPS},nobody@${DATA}`),
      of(`relay-all@${OPS},12-3`),
    ]);
    expect([unknown.code, none.code]).toEqual([1, 1]);
    expect(unknown.err).toContain(`Gaia id not found for email nobody@${DATA}`);
    expect(none.err).toContain('Invalid form of account ID 12-3');
  });

  it('gets no longer lifetime than an hour, but where the organization allows it', async () => {
    const of = (account: string, lifetime: number) =>
      as(`auth print-access-token --impersonate-service-account=${account} --lifetime=${lifetime}`);
    const [long, refused, short] = await Promise.all([
      of(`batch@${DATA}`, 7200),
      of(`relay@${OPS}`, 7200),
      of(`relay@${OPS}`, 600),
    ]);
    expect([long.code, refused.code, short.code]).toEqual([0, 1, 0]);
    expect(refused.err).toContain('can not have lifetimes of more than 1 hour');
    const body = new URLSearchParams({ access_token: long.out.trim() });
    const info = await (await fetch(`${real.url}/tokeninfo`, { method: 'POST', body })).json();
    expect(Number((info as { expires_in: string }).expires_in)).toBeGreaterThan(7000);
  });

  it('gets an ID token that verifies, with the email, and none over a broken chain', async () => {
    const of = (path: string) =>
      as(
        `auth print-identity-token --impersonate-service-account=${path} --audiences=https://partner.example --include-email`,
      );
    const [token, refused] = await Promise.all([
      of(chain('all', {}).path),
      of(chain('no-target', {}).path),
    ]);
    expect(token.code).toBe(0);
    const keys = createRemoteJWKSet(new URL(`${real.url}/oauth2/v3/certs`));
    const { payload } = await jwtVerify(token.out.trim(), keys, {
      issuer: 'https://accounts.google.com',
      audience: 'https://partner.example',
    });
    expect(payload).toMatchObject({ email: `target-all@${DATA}`, email_verified: true });
    expect(refused).toMatchObject({ code: 1, out: '' });
  });

  it('has a JWT and a blob signed that verify, itself and through delegates', async () => {
    const file = (name: string) => join(real.directory, name);
    await writeFile(file('claims'), JSON.stringify({ aud: 'https://a.example', n: 1 }));
    const through = `--impersonate-service-account=relay@${OPS},vault@${OPS}`;
    const [jwt, far, blob, refused] = await Promise.all([
      as(`iam service-accounts sign-jwt --iam-account=relay@${OPS}`, file('claims'), file('jwt')),
      as(
        `iam service-accounts sign-jwt --iam-account=reader@${DATA} ${through}`,
        file('claims'),
        file('far'),
      ),
      as(`iam service-accounts sign-blob --iam-account=relay@${OPS}`, file('claims'), file('blob')),
      as(`iam service-accounts sign-jwt --iam-account=reader@${DATA}`, file('claims'), file('no')),
    ]);
    expect([jwt.code, far.code, blob.code]).toEqual([0, 0, 0]);
    expect(refused).toEqual(deniedFor('iam.serviceAccounts.signJwt'));
    for (const [name, account] of [
      ['jwt', `relay@${OPS}`],
      ['far', `reader@${DATA}`],
    ] as const) {
      const signed = (await readFile(file(name), 'utf8')).trim();
      const keys = createRemoteJWKSet(
        new URL(`${real.url}/service_accounts/v1/metadata/jwk/${account}`),
      );
      await expect(jwtVerify(signed, keys)).resolves.toMatchObject({ payload: { n: 1 } });
      expect(decodeJwt(signed)).toEqual({ aud: 'https://a.example', n: 1 });
    }
    const certificates = await fetch(`${real.url}/service_accounts/v1/metadata/x509/relay@${OPS}`);
    const pem = Object.values((await certificates.json()) as Record<string, string>);
    const signature = await readFile(file('blob'));
    const bytes = await readFile(file('claims'));
    expect(
      pem.some((key) => verify('RSA-SHA256', bytes, new X509Certificate(key).publicKey, signature)),
    ).toBe(true);
  });
});
