import { readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { type Outside, openOutside } from '../../reader/outside/directory.ts';
import { processes } from '../../reader/outside/processes.ts';
import {
  OTHER,
  openReaderWorld,
  READER,
  type ReaderWorld,
  SECRET,
  TARGET,
} from '../../reader/world.ts';
import { ENV } from '../../run.ts';

const AUDIENCE = 'https://back.example.com';
const BUCKET = 'exports';

let outside: Outside;
let world: ReaderWorld;
let env: Record<string, string>;
const programs = processes();

const post = async (path: string, body: object): Promise<Record<string, string>> => {
  const answer = await fetch(`${world.local.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Record<string, string>;
};

beforeAll(async () => {
  outside = await openOutside(['google-auth-library', '@google-cloud/storage']);
}, 60_000);
afterAll(() => outside.remove());
beforeEach(async () => {
  world = await openReaderWorld(new Date());
  const { host = '' } = await post('/_local/metadata', { account: READER });
  const members = [`serviceAccount:${TARGET}`];
  await post('/_local/seed', {
    accounts: [],
    buckets: [
      {
        name: BUCKET,
        project: 'acme-data',
        policy: { bindings: [{ role: 'roles/storage.objectUser', members }] },
      },
    ],
    objects: [{ bucket: BUCKET, name: 'october.csv', text: 'one,two\n' }],
  });
  env = {
    ...ENV,
    HOME: '/nonexistent',
    HOPMINT_CLOUD: world.local.url,
    STORAGE_EMULATOR_HOST: world.local.url,
    GCE_METADATA_HOST: host,
    METADATA_SERVER_DETECTION: 'assume-present',
    PORT: '0',
    SECRET,
    ACCOUNT: TARGET,
  };
});
afterEach(async () => {
  await programs.end();
  await world.close();
});

/** A copy of an example in a folder with only the packages that a stranger would install, and its environment. */
const exampleAt = async (example: string, more: Record<string, string> = {}) =>
  [
    process.execPath,
    [await outside.copy(`examples/${example}`)],
    { env: { ...env, ...more } },
  ] as const;
/** Runs an example to its end. */
const run = async (example: string, more?: Record<string, string>) =>
  programs.run(...(await exampleAt(example, more)));
/** Starts an example that is a server. */
const serve = async (example: string, more?: Record<string, string>) =>
  programs.serve(...(await exampleAt(example, more)));

const idToken = async (account = TARGET, audience = AUDIENCE) =>
  (await world.mint('generateIdToken', { audience, includeEmail: true }, account)).token ?? '';
const get = async (url: string) => {
  const answer = await fetch(url);
  return { status: answer.status, text: await answer.text() };
};

describe('A service that calls another with an ID token', () => {
  it('is recognised by it, also after a rotation', async () => {
    await world.store(await idToken());
    const back = await serve('id-token/back.ts', { AUDIENCE, CALLER: TARGET });
    const front = await serve('id-token/front.ts', { BACKEND_URL: back.url });
    const hello = { status: 200, text: `the backend says: hello ${TARGET}\n` };
    expect(await get(front.url)).toEqual(hello);
    await world.store(await idToken());
    expect(await get(front.url)).toEqual(hello);
  });

  it('does not call it with the token of another account', async () => {
    await world.store(await idToken(OTHER));
    const back = await serve('id-token/back.ts', { AUDIENCE, CALLER: OTHER });
    const front = await serve('id-token/front.ts', { BACKEND_URL: back.url });
    expect(await get(front.url)).toMatchObject({ status: 502 });
  });

  it('is refused for another audience, without a token, and as another', async () => {
    const back = await serve('id-token/back.ts', { AUDIENCE, CALLER: TARGET });
    const statusFor = async (token: string) =>
      (await fetch(back.url, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await statusFor(await idToken())).toBe(200);
    expect(await statusFor(await idToken(TARGET, 'https://elsewhere.example.com'))).toBe(401);
    expect(await statusFor('')).toBe(401);
    expect(await statusFor(await idToken(OTHER))).toBe(403);
  });
});

describe('A job that lists a bucket', () => {
  it('acts as the target of the chain', async () => {
    await world.store(await world.accessToken());
    // Google's client expects this form.
    const STORAGE_EMULATOR_HOST = `${world.local.url}/storage/v1`;
    const listed = await run('storage/list-objects.ts', { BUCKET, STORAGE_EMULATOR_HOST });
    const { code, out, err } = listed;
    expect({ code, out, err }).toEqual({ err: '', code: 0, out: '8\toctober.csv\n' });
    expect(world.local.state.requests.at(-1)?.identity).toBe(`serviceAccount:${TARGET}`);
  });
});

describe('A shell script that uploads a file', () => {
  it('acts as the target of the chain', async () => {
    await world.store(await world.accessToken());
    const chains = join(outside.directory, 'chains.yaml');
    await writeFile(
      chains,
      `
caller: minter@acme-ops.iam.gserviceaccount.com
chains:
  - name: archive
    target: ${TARGET}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/cloud-platform] }
    secret: ${SECRET}
`,
    );
    const file = join(outside.directory, 'november.csv');
    await writeFile(file, 'three,four\n');
    const args = [resolve('examples/shell/upload.sh'), 'archive', BUCKET, file];
    const { code } = await programs.run('sh', args, { env: { ...env, CHAINS: chains } });
    expect(code).toBe(0);
    const uploaded = [...world.local.state.objects.values()].find(
      ({ name }) => name === 'november.csv',
    );
    expect(uploaded?.data.toString()).toBe('three,four\n');
  });
});

describe('A webhook', () => {
  const stamp = async (account = TARGET) => {
    const payload = Buffer.from('release 42').toString('base64');
    const { signedBlob, keyId } = await world.mint('signBlob', { payload }, account);
    const part = { kind: 'signed-blob', token: signedBlob, target: account, keyId, payload };
    return { payload, signedBlob, keyId, json: await world.json(part) };
  };

  it('accepts bytes that the target of the chain has signed', async () => {
    await world.store((await stamp()).json);
    const { url, lines } = await serve('webhook/receive.ts', { SENDER: TARGET });
    const sent = await run('webhook/send.ts', { WEBHOOK_URL: url });
    expect(sent).toMatchObject({ code: 0, out: 'the webhook answered 204\n' });
    expect((await lines.next()).value).toBe('received release 42');
  });

  it('refuses other bytes, another key and no signature', async () => {
    const { url } = await serve('webhook/receive.ts', { SENDER: TARGET });
    const [own, others] = [await stamp(), await stamp(OTHER)];
    const statusOf = async (body: string, { keyId, signedBlob }: typeof own) => {
      const signature = `keyId="${keyId}",algorithm="rsa-sha256",signature="${signedBlob}"`;
      return (await fetch(url, { method: 'POST', body, headers: { signature } })).status;
    };
    expect(await statusOf('release 42', own)).toBe(204);
    expect(await statusOf('release 43', own)).toBe(401);
    expect(await statusOf('release 42', others)).toBe(401);
    expect(await statusOf('release 42', { ...others, keyId: own.keyId })).toBe(401);
    expect((await fetch(url, { method: 'POST', body: 'release 42' })).status).toBe(401);
  });
});

describe('A Cloud Run service with a mounted secret', () => {
  it('calls with the current content of the file', async () => {
    const partner = await serve('id-token/back.ts', { AUDIENCE, CALLER: TARGET });
    const file = join(outside.directory, 'credential');
    await writeFile(file, await idToken(OTHER));
    const mounted = { CREDENTIAL_FILE: file, PARTNER_URL: partner.url };
    const service = await serve('cloud-run/service.ts', mounted);
    expect(await get(service.url)).toEqual({ status: 502, text: 'the partner says: not you\n' });
    await writeFile(`${file}.next`, await world.json({ kind: 'id-token', token: await idToken() }));
    await rename(`${file}.next`, file);
    expect(await get(service.url)).toEqual({
      status: 200,
      text: `the partner says: hello ${TARGET}\n`,
    });
  });

  it('does not call with an expired credential', async () => {
    const file = join(outside.directory, 'credential');
    await writeFile(file, await world.json({ expiresAt: '2020-01-01T00:00:00Z' }));
    const mounted = { CREDENTIAL_FILE: file, PARTNER_URL: 'http://127.0.0.1:1/' };
    const service = await serve('cloud-run/service.ts', mounted);
    expect(await get(service.url)).toMatchObject({
      status: 502,
      text: 'the partner cannot be reached\n',
    });
  });

  it('finds the secret where the manifest mounts it', async () => {
    const { spec } = parse(await readFile('examples/cloud-run/service.yaml', 'utf8'));
    const { containers, volumes } = spec.template.spec;
    const [{ mountPath, name }] = containers[0].volumeMounts;
    const { secret } = volumes.find((volume: { name: string }) => volume.name === name);
    const path = `${mountPath}/${secret.items[0].path}`;
    expect(containers[0].env).toContainEqual({ name: 'CREDENTIAL_FILE', value: path });
    expect(await readFile('examples/cloud-run/service.ts', 'utf8')).toContain(`'${path}'`);
  });
});

describe('A service that subscribes to `hopmint-rotated`', () => {
  const topic = 'projects/acme-ops/topics/hopmint-rotated';
  const asOwner = async (method: string, path: string, body: object) => {
    const { accessToken } = await post('/_local/token', { account: 'user:owner@acme.com' });
    const answer = await fetch(`${world.local.url}/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}` },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  const announce = async (message: object) => {
    const data = Buffer.from(JSON.stringify(message)).toString('base64');
    await asOwner('POST', `${topic}:publish`, { messages: [{ data }] });
  };
  const start = async () => {
    const partner = await serve('id-token/back.ts', { AUDIENCE, CALLER: TARGET });
    const service = await serve('rotated/service.ts', { PARTNER_URL: partner.url });
    await asOwner('PUT', topic, {});
    await asOwner('PUT', 'projects/acme-ops/subscriptions/reload', {
      topic,
      pushConfig: { pushEndpoint: `${service.url}rotated` },
    });
    return service;
  };

  it('reads the version that a message names, by its number', async () => {
    await world.store(await world.json({ kind: 'id-token', token: await idToken() }));
    const service = await start();
    expect((await get(service.url)).text).toContain(TARGET);
    for (let n = 0; n < 2; n++) await world.store(await idToken());
    await announce({ chain: 'other', secret: 'projects/acme-ops/secrets/other', version: 9 });
    await announce({ chain: 'billing', secret: SECRET, version: 3 });
    expect((await service.lines.next()).value).toBe('read version 3');
    expect(world.accesses().filter((path) => /^(\d+|latest)$/.test(path))).toEqual(['3']);
  });

  it('refreshes by expiry where every message is lost', async () => {
    const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    const expiresAt = inSeconds(200); // less than minValidity
    await world.store(await world.json({ kind: 'id-token', token: await idToken(), expiresAt }));
    const service = await start();
    await get(service.url);
    await world.store(await idToken());
    world.accesses();
    expect((await get(service.url)).text).toContain(TARGET);
    expect(world.accesses()).toContain('2');
  });
});
