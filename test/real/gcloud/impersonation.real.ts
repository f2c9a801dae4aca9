import { verify, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import {
  deniedFor,
  type Gcloud,
  type GcloudRun,
  type LocalWithGcloud,
  openLocalWithGcloud,
} from './gcloud.ts';

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

/**
 * Seeds the chain minter → relay → vault → target. Each situation has its own accounts, except the minter.
 *
 * @param of the suffix of the account names
 * @param change the change that breaks the chain
 */
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
type Situation = {
  readonly situation: string;
  readonly of: string;
  readonly change: Parameters<typeof chain>[1];
  /** The permission without which no token is minted. */
  readonly missing?: string;
};
const SITUATIONS: readonly Situation[] = [
  { situation: 'with every grant', of: 'all', change: {} },
  {
    situation: 'with a condition that is true',
    of: 'future',
    change: { condition: ['vault', FUTURE] },
  },
  {
    situation: 'without the grant on the relay',
    of: 'no-relay',
    change: { without: 'relay' },
    missing: HOP,
  },
  {
    situation: 'without the grant on the vault',
    of: 'no-vault',
    change: { without: 'vault' },
    missing: HOP,
  },
  {
    situation: 'without the grant on the target',
    of: 'no-target',
    change: { without: 'target' },
    missing: LAST,
  },
  {
    situation: 'with a first hop that was granted until 2020',
    of: 'past-relay',
    change: { condition: ['relay', PAST] },
    missing: HOP,
  },
  {
    situation: 'with a last hop that was granted until 2020',
    of: 'past-target',
    change: { condition: ['target', PAST] },
    missing: LAST,
  },
  {
    situation: 'with the relay disabled',
    of: 'off-relay',
    change: { disabled: 'relay' },
    missing: HOP,
  },
  {
    situation: 'with the target disabled',
    of: 'off-target',
    change: { disabled: 'target' },
    missing: LAST,
  },
  // A deny policy applies to a whole project, so it must name a principal of one chain only. All chains share the minter, so no situation
  // denies the first hop.
  {
    situation: 'with the second hop denied',
    of: 'deny-vault',
    change: { denied: 'vault' },
    missing: HOP,
  },
  {
    situation: 'with the last hop denied',
    of: 'deny-target',
    change: { denied: 'target' },
    missing: LAST,
  },
];

describe('gcloud as the minter, through relay and vault,', () => {
  let local: LocalWithGcloud;
  let as: Gcloud;
  beforeAll(async () => {
    local = await openLocalWithGcloud();
    for (const { of, change } of SITUATIONS) {
      await local.control('POST', 'seed', chain(of, change).world);
    }
    as = await local.as(minter);
  });
  afterAll(() => local.close());

  describe('gets an access token of the target', () => {
    const runs = new Map<string, GcloudRun>();
    beforeAll(async () => {
      await Promise.all(
        SITUATIONS.map(async ({ of, change }) => {
          const { path } = chain(of, change);
          runs.set(of, await as(`auth print-access-token --impersonate-service-account=${path}`));
        }),
      );
    });

    it.each(SITUATIONS.filter(({ missing }) => !missing))('$situation', async ({ of }) => {
      const { code, out } = runs.get(of) as GcloudRun;
      expect([code, out]).toEqual([0, expect.stringMatching(/^ya29\..+\n$/)]);
      const body = new URLSearchParams({ access_token: out.trim() });
      const info = await fetch(`${local.url}/tokeninfo`, { method: 'POST', body });
      expect(await info.json()).toMatchObject({ email: `target-${of}@${DATA}` });
    });

    it.each(SITUATIONS.filter(({ missing }) => missing))(
      'never $situation',
      ({ of, missing = '' }) => {
        expect(runs.get(of)).toEqual(deniedFor(missing));
      },
    );
  });

  it('fails for an account that does not exist, and for a malformed account ID', async () => {
    const of = (path: string) =>
      as(`auth print-access-token --impersonate-service-account=${path}`);
    const [unknown, malformed] = await Promise.all([
      of(`relay-all@${OPS},nobody@${DATA}`),
      of(`relay-all@${OPS},12-3`),
    ]);
    expect([unknown.code, malformed.code]).toEqual([1, 1]);
    expect(unknown.err).toContain(`Gaia id not found for email nobody@${DATA}`);
    expect(malformed.err).toContain('Invalid form of account ID 12-3');
  });

  it('gets a lifetime of more than an hour only where the organization policy allows it', async () => {
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
    const info = await (await fetch(`${local.url}/tokeninfo`, { method: 'POST', body })).json();
    expect(Number((info as { expires_in: string }).expires_in)).toBeGreaterThan(7000);
  });

  it('gets a valid ID token with the email, and no ID token through a broken chain', async () => {
    const of = (path: string) =>
      as(
        `auth print-identity-token --impersonate-service-account=${path} --audiences=https://partner.example --include-email`,
      );
    const [token, refused] = await Promise.all([
      of(chain('all', {}).path),
      of(chain('no-target', {}).path),
    ]);
    expect(token.code).toBe(0);
    const keys = createRemoteJWKSet(new URL(`${local.url}/oauth2/v3/certs`));
    const { payload } = await jwtVerify(token.out.trim(), keys, {
      issuer: 'https://accounts.google.com',
      audience: 'https://partner.example',
    });
    expect(payload).toMatchObject({ email: `target-all@${DATA}`, email_verified: true });
    expect(refused).toMatchObject({ code: 1, out: '' });
  });

  it('signs a JWT and a blob as its target, also through delegates', async () => {
    const file = (name: string) => join(local.directory, name);
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
        new URL(`${local.url}/service_accounts/v1/metadata/jwk/${account}`),
      );
      await expect(jwtVerify(signed, keys)).resolves.toMatchObject({ payload: { n: 1 } });
      expect(decodeJwt(signed)).toEqual({ aud: 'https://a.example', n: 1 });
    }
    const certificates = await fetch(`${local.url}/service_accounts/v1/metadata/x509/relay@${OPS}`);
    const pem = Object.values((await certificates.json()) as Record<string, string>);
    const signature = await readFile(file('blob'));
    const bytes = await readFile(file('claims'));
    expect(
      pem.some((key) => verify('RSA-SHA256', bytes, new X509Certificate(key).publicKey, signature)),
    ).toBe(true);
  });
});
