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
  const rows: [title: string, options: Partial<TickOptions>, message: object, out: RegExp][] = [
    ['ticks for all that is due', {}, { force: false }, /^tick for all chains, published to/],
    [
      'forces some by name, each once',
      { chain: ['partner-api', 'partner-api'], force: true },
      { only: ['partner-api'], force: true },
      /^forced tick for partner-api, published to projects\/acme-ops\/topics\/hopmint-tick$/m,
    ],
  ];
  it.each(rows)('%s', async (_title, options, message, out) => {
    const told = await run(options);
    expect(told).toMatchObject({ exit: 0, err: 'LOCAL: this is what the local cloud holds\n' });
    expect(told.out).toMatch(out);
    expect(await published()).toEqual([message]);
  });

  it('is obeyed: what it names is rotated though it is not due', async () => {
    await run({ chain: ['partner-api'], force: true });
    const { rotation } = world as OperatedWorld;
    await rotation.tick();
    const [message] = await published();
    await rotation.tick(message as object);
    expect(rotation.ledger('partner-api')?.current).toBe(2);
    expect(rotation.ledger('billing-export')?.current).toBe(1);
  });

  it('refuses a chain that there is not, before anything is published', async () => {
    const told = await run({ chain: ['billing-export', 'partner-apo'], force: true });
    expect(told.exit).toBe(2);
    expect(told.err).toMatch(/no chain is called "partner-apo": did you mean partner-api\?/);
    expect(await published()).toEqual([]);
  });

  it('says that a paused chain stays as it is', async () => {
    const text = `${CHAINS}paused: { until: 2026-12-01, reason: INC-1 }\n`;
    const told = await run({ chain: ['partner-api'], force: true }, { text });
    expect(told.exit).toBe(0);
    expect(told.err).toMatch(/partner-api is paused, and stays as it is/);
  });

  it('names the permission that it takes, and exits 3', async () => {
    const told = await run({}, { account: 'user:nobody@acme.com' });
    expect(told).toMatchObject({ exit: 3, out: '' });
    expect(told.err).toMatch(
      /publish-denied: .* it takes pubsub\.topics\.publish on projects\/acme-ops\/topics\/hopmint-tick/,
    );
  });

  it('says where it looked for the topic', async () => {
    const told = await run({ project: 'acme-data' });
    expect(told.exit).toBe(3);
    expect(told.err).toMatch(/projects\/acme-data\/topics\/hopmint-tick/);
  });

  it('asks for the project of the topics where the caller does not tell it', async () => {
    const text = CHAINS.replace(/^caller: .*$/m, 'caller: "100000000000000000001"');
    expect(await run({}, { text })).toMatchObject({ exit: 2, out: '' });
  });
});
