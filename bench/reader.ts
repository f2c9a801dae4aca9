import { OAuth2Client } from 'google-auth-library';
import { SecretCredential } from '../shared/reader/index.ts';
import { type Bench, figureOf, type Pair, sideBySide } from './figures/figure.ts';
import { openCloud } from './worlds/cloud.ts';
import { cachedTokenReader } from './yardsticks/read.ts';

const READER = 'exporter@acme-ops.iam.gserviceaccount.com';
const SECRET = 'projects/acme-ops/secrets/billing';
const OWNER = 'user:owner@acme.com';
const ROUNDS = 15;
const CALLS = 100_000;
const CALLERS = 10_000;
const ACCESS = 'secretmanager projects.secrets.versions.access';

const SEED = {
  projects: [{ id: 'acme-ops', policy: { bindings: [{ role: 'roles/owner', members: [OWNER] }] } }],
  accounts: [{ email: READER }],
  secrets: [
    {
      name: SECRET,
      labels: { 'managed-by': 'hopmint' },
      policy: {
        bindings: [
          {
            role: 'roles/secretmanager.secretAccessor',
            members: [`serviceAccount:${READER}`],
          },
        ],
      },
    },
  ],
};

/** The CPU of a cached credential, and the calls of many concurrent callers to Secret Manager. */
export const bench: Bench = {
  name: 'reader',
  async *run() {
    await using cloud = await openCloud(SEED);
    const expiresAt = new Date(Date.now() + 3_600_000);
    const credentialPayload = {
      version: 1,
      kind: 'access-token',
      target: READER,
      token: await cloud.token(READER),
      mintedAt: new Date().toISOString(),
      expiresAt: expiresAt.toISOString(),
    };
    const stored = await fetch(`${cloud.url}/v1/${SECRET}:addVersion`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await cloud.token(OWNER)}` },
      body: JSON.stringify({
        payload: { data: Buffer.from(JSON.stringify(credentialPayload)).toString('base64') },
      }),
    });
    if (!stored.ok) throw new Error(await stored.text());
    const auth = new OAuth2Client();
    auth.setCredentials({ access_token: await cloud.token(READER) });
    const credentialOf = () =>
      new SecretCredential({ secret: SECRET, auth, env: { HOPMINT_CLOUD: cloud.url } });

    await cloud.calls();
    const accesses: Pair[] = [];
    for (let round = 0; round < 3; round++) {
      const credential = credentialOf();
      await Promise.all(Array.from({ length: CALLERS }, () => credential.getToken()));
      accesses.push([(await cloud.calls()).get(ACCESS) ?? 0, 1]);
    }
    yield figureOf({
      name: `reader: accesses of ${CALLERS} callers at once`,
      unit: 'accesses',
      against: 'one access',
      pairs: accesses,
      budget: 1,
      exactly: true,
    });

    const credential = credentialOf();
    const getBareToken = cachedTokenReader(credentialPayload.token, expiresAt);
    const nanosecondsOf = async (call: () => Promise<unknown>): Promise<number> => {
      const before = process.cpuUsage();
      for (let n = 0; n < CALLS; n++) await call();
      const { user, system } = process.cpuUsage(before);
      return ((user + system) / CALLS) * 1e3;
    };
    const ours = () => nanosecondsOf(() => credential.getToken());
    const theirs = () => nanosecondsOf(getBareToken);
    await sideBySide(2, ours, theirs); // until V8 has compiled both sides
    yield figureOf({
      name: 'reader: getToken() of a cached credential',
      unit: 'ns',
      against: 'getAccessToken() of google-auth-library, cached',
      pairs: await sideBySide(ROUNDS, ours, theirs),
      budget: 3,
    });
  },
};
