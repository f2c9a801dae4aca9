import { type TickOptions, tick } from '../../cli/commands/tick.ts';
import { CHAINS, type OperatedWorld, openOperatedWorld } from './operated-world.ts';

const ADA = 'user:ada@acme.com';
const TICKS = '/v1/projects/acme-ops/subscriptions/of-tick';
let world: OperatedWorld | undefined;
afterEach(() => world?.close());

const run = async (
  options: Partial<TickOptions>,
  { account = ADA, text = CHAINS }: { account?: string; text?: string } = {},
) => {
  world = await openOperatedWorld(text);
  const { io, written } = await world.as(account);
  const exit = await tick({ source: 'chains.yaml', json: false, ...options }, io, world.read);
  return { exit, ...written };
};
/** What was published, decoded. */
const published = async (): Promise<unknown[]> => {
  const { rotation } = world as OperatedWorld;
  const answer = await fetch(`${rotation.local.url}/_local/token`, {
    method: 'POST',
    body: JSON.stringify({ account: ADA }),
  });
  const { accessToken } = (await answer.json()) as { accessToken: string };
  const pulled = await fetch(`${rotation.local.url}${TICKS}:pull`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ maxMessages: 10, returnImmediately: true }),
  });
  const { receivedMessages = [] } = (await pulled.json()) as {
    receivedMessages?: { message: { data: string } }[];
  };
  return receivedMessages.map(({ message }) =>
    JSON.parse(Buffer.from(message.data, 'base64').toString()),
  );
};

describe('hopmint tick', () => {
  type Row = { tick: string; options: Partial<TickOptions>; message: object; out: RegExp };
  it.each<Row>([
    {
      tick: 'for every chain that is due',
      options: {},
      message: { force: false },
      out: /^tick for all chains, published to/,
    },
    {
      tick: 'by force for named chains, each once',
      options: { chain: ['partner-api', 'partner-api'], force: true },
      message: { only: ['partner-api'], force: true },
      out: /^forced tick for partner-api, published to projects\/acme-ops\/topics\/hopmint-tick$/m,
    },
  ])('publishes a tick $tick', async ({ options, message, out }) => {
    const ran = await run(options);
    expect(ran).toMatchObject({
      exit: 0,
      err: 'LOCAL: this command used the local cloud, not Google\n',
    });
    expect(ran.out).toMatch(out);
    expect(await published()).toEqual([message]);
  });

  it('makes the deployment rotate a named chain that is not due', async () => {
    await run({ chain: ['partner-api'], force: true });
    const { rotation } = world as OperatedWorld;
    await rotation.tick();
    const [message] = await published();
    rotation.advanceMinutes(1);
    await rotation.tick(message as object);
    expect(rotation.ledger('partner-api')?.current).toBe(2);
    expect(rotation.ledger('billing-export')?.current).toBe(1);
  });

  it('refuses an unknown chain before it publishes anything', async () => {
    const ran = await run({ chain: ['billing-export', 'partner-apo'], force: true });
    expect(ran.exit).toBe(2);
    expect(ran.err).toMatch(/no chain is called "partner-apo": did you mean partner-api\?/);
    expect(await published()).toEqual([]);
  });

  it('says that a paused chain is not rotated', async () => {
    const text = `${CHAINS}paused: { until: 2026-12-01, reason: INC-1 }\n`;
    const ran = await run({ chain: ['partner-api'], force: true }, { text });
    expect(ran.exit).toBe(0);
    expect(ran.err).toMatch(/partner-api is paused: it is not rotated/);
  });

  it('names the missing permission, and exits 3', async () => {
    const ran = await run({}, { account: 'user:nobody@acme.com' });
    expect(ran).toMatchObject({ exit: 3, out: '' });
    expect(ran.err).toMatch(
      /publish-denied: .* you need pubsub\.topics\.publish on projects\/acme-ops\/topics\/hopmint-tick/,
    );
  });

  it('names the topic that it did not find', async () => {
    const ran = await run({ project: 'acme-data' });
    expect(ran.exit).toBe(3);
    expect(ran.err).toMatch(/projects\/acme-data\/topics\/hopmint-tick/);
  });

  it('asks for the project of the topics if the caller is written as a unique ID', async () => {
    const text = CHAINS.replace(/^caller: .*$/m, 'caller: "100000000000000000001"');
    expect(await run({}, { text })).toMatchObject({ exit: 2, out: '' });
  });
});
