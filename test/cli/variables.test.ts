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
