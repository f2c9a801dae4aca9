import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hopmint } from '../run.ts';

const run = (args: readonly string[], env: Readonly<Record<string, string>>) =>
  hopmint(args, { env });

const TICK = ['tick', '-f', 'examples/chains.yaml'];

describe('the command line', () => {
  it('refuses an emulator that is not on this machine, by the name of the variable', async () => {
    expect(await run(TICK, { PUBSUB_EMULATOR_HOST: 'example.org:80' })).toEqual({
      code: 2,
      out: '',
      err: expect.stringContaining('PUBSUB_EMULATOR_HOST: write a loopback host and port'),
    });
  });

  it('refuses NODE_DEBUG, under which Node prints credentials', async () => {
    expect(await run(['--version'], { NODE_DEBUG: 'http' })).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('NODE_DEBUG would print credentials: unset it'),
    });
  });

  it('refuses NODE_TLS_REJECT_UNAUTHORIZED=0, with which any server gets credentials', async () => {
    expect(await run(['--version'], { NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED=0 would send credentials'),
    });
  });

  it('switches off the debug log of Google clients, and says so', async () => {
    expect(await run(['--version'], { GOOGLE_SDK_NODE_LOGGING: 'all' })).toMatchObject({
      code: 0,
      err: 'hopmint: GOOGLE_SDK_NODE_LOGGING is ignored: it would print credentials\n',
    });
  });
});

describe('a file in GOOGLE_APPLICATION_CREDENTIALS', () => {
  let folder: string;
  let requests = 0;
  const sink = createServer((_request, response) => {
    requests += 1;
    response.setHeader('content-type', 'application/json').end('{"access_token":"a"}');
  });
  let origin: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hopmint-identity-'));
    await once(sink.listen(0, '127.0.0.1'), 'listening');
    origin = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    sink.close();
    await rm(folder, { recursive: true });
  });

  const withFile = async (file: object) => {
    const path = join(folder, 'identity.json');
    await writeFile(path, JSON.stringify(file));
    return run(TICK, { GOOGLE_APPLICATION_CREDENTIALS: path });
  };

  it('is refused if it sends the subject token elsewhere, and nothing is sent', async () => {
    await writeFile(join(folder, 'subject'), 'a-subject-token');
    const ran = await withFile({
      type: 'external_account',
      audience:
        '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/a',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${origin}/token`,
      credential_source: { file: join(folder, 'subject') },
    });
    const err = `the file of your Google identity: token_url names ${origin}, but a credential goes over https to Google only\n`;
    expect({ ...ran, requests }).toEqual({ code: 2, out: '', err, requests: 0 });
  });

  it('is refused if it belongs to another universe', async () => {
    const ran = await withFile({
      type: 'authorized_user',
      client_id: 'a',
      client_secret: 'b',
      refresh_token: 'c',
      universe_domain: 'x',
    });
    const err =
      'the file of your Google identity: universe_domain names another universe than googleapis.com\n';
    expect(ran).toEqual({ code: 2, out: '', err });
  });
});
