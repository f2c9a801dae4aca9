import { OTHER, openReaderWorld, type ReaderWorld, SECRET, TARGET, TARGET_ID } from '../world.ts';

let world: ReaderWorld;
beforeEach(async () => {
  world = await openReaderWorld();
});
afterEach(() => world.close());

const pointCurrentAt = (version: number | undefined) => {
  const secret = world.local.state.secrets.get(SECRET);
  if (!secret) throw new Error('no secret');
  secret.versionAliases = version === undefined ? {} : { current: version };
};
const inMinutes = (minutes: number) =>
  new Date(world.clock.now.getTime() + minutes * 60_000).toISOString();

type Row = {
  latest: string;
  /** Adds version 2, while version 1 is right. */
  spoil: () => Promise<void>;
  account?: string;
  /** The outcome without the alias `current`: a version, or the reason of the error. */
  without: number | string;
};
const off = (how: 'disable' | 'destroy') => async () => {
  await world.store(await world.json());
  await world.move(2, how);
};
const rows: Row[] = [
  { latest: 'is disabled', spoil: off('disable'), without: 1 },
  { latest: 'is destroyed', spoil: off('destroy'), without: 1 },
  {
    latest: 'is a sentence',
    spoil: () => world.store('the password is swordfish'),
    without: 'payload-malformed',
  },
  {
    latest: 'is another JSON text',
    spoil: () => world.store('{"password":"swordfish"}'),
    without: 'payload-malformed',
  },
  { latest: 'is blank', spoil: () => world.store(' '), without: 'payload-malformed' },
  { latest: 'is one word', spoil: () => world.store('swordfish'), without: 2 },
  {
    latest: 'is one word, and an account is given,',
    spoil: () => world.store('swordfish'),
    account: TARGET,
    without: 'account-unproven',
  },
  {
    latest: 'is a token of another account than the one that is given',
    spoil: async () => world.store(await world.accessToken(OTHER)),
    account: TARGET,
    without: 'account-mismatch',
  },
  {
    latest: 'names another account than the one that is given',
    spoil: async () =>
      world.store(await world.json({ target: OTHER, token: await world.accessToken(OTHER) })),
    account: TARGET_ID,
    without: 'account-mismatch',
  },
  {
    latest: 'has expired',
    spoil: async () => world.store(await world.json({ expiresAt: inMinutes(-1) })),
    without: 'expired',
  },
];

describe('A new reader while `latest`', () => {
  it.each(rows)('$latest gets the credential of `current`', async ({ spoil, account }) => {
    const right = await world.json();
    await world.store(right);
    await spoil();
    pointCurrentAt(1);
    const credential = await world.reader({ ...(account && { account }) }).getCredential();
    expect(credential.version).toBe(1);
    expect(credential.token.reveal()).toBe(JSON.parse(right).token);
  });

  it.each(rows)('$latest gets, without `current`: $without', async (row) => {
    const { spoil, account, without } = row;
    await world.store(await world.json());
    await spoil();
    pointCurrentAt(undefined);
    const read = world.reader({ ...(account && { account }) }).getCredential();
    await (typeof without === 'number'
      ? expect(read).resolves.toMatchObject({ version: without })
      : expect(read).rejects.toMatchObject({ reason: without }));
  });

  it('is disabled, gets the credential of `current` also below many versions that are off', async () => {
    await world.store(await world.json());
    for (let version = 2; version <= 12; version++) {
      await world.store('swordfish');
      await world.move(version, 'disable');
    }
    pointCurrentAt(1);
    expect(await world.reader().getCredential()).toMatchObject({ version: 1 });
  });

  it('and `current` are both of another account, is refused', async () => {
    await world.store(await world.json({ target: OTHER, token: await world.accessToken(OTHER) }));
    await world.store('the password is swordfish');
    pointCurrentAt(1);
    await expect(world.reader({ account: TARGET }).getToken()).rejects.toMatchObject({
      reason: 'payload-malformed',
    });
  });

  const ends = [
    { latest: 2, current: 40, version: 1 },
    { latest: 2, current: 3, version: 1 },
    { latest: 3, current: 2, version: 2 },
    { latest: 6, current: 40, version: 2 }, // minValidity is 5 minutes
  ];
  it.each(ends)(
    'lasts $latest minutes and `current` $current, gets version $version',
    async ({ latest, current, version }) => {
      await world.store(await world.json({ expiresAt: inMinutes(current) }));
      await world.store(await world.json({ expiresAt: inMinutes(latest) }));
      pointCurrentAt(1);
      expect(await world.reader().getCredential()).toMatchObject({ version });
    },
  );

  it('lags and is spoiled, gets the version after it', async () => {
    await world.store('{"password":"swordfish"}');
    world.advance(60.1);
    world.local.state.settings.staleReadSeconds = 3600;
    await world.store(await world.json());
    expect(await world.reader().getCredential()).toMatchObject({ version: 2 });
    expect(world.accesses()).toEqual(['latest', '2']);
  });

  it('is right, needs one access', async () => {
    await world.store(await world.accessToken());
    pointCurrentAt(1);
    await world.reader().getToken();
    expect(world.accesses()).toEqual(['latest']);
  });
});

describe('A token that does not look like one of Google', () => {
  it('is taken if `current` names its version', async () => {
    await world.store(await world.accessToken());
    await world.store('tomorrow');
    pointCurrentAt(2);
    expect(await world.reader().getToken()).toBe('tomorrow');
  });

  it('does not replace the cached credential before `current` names its version', async () => {
    await world.store(await world.accessToken());
    pointCurrentAt(1);
    const reader = world.reader();
    const first = await reader.getToken();
    await world.store('tomorrow');
    await reader.refresh();
    expect(await reader.getToken()).toBe(first);
    pointCurrentAt(2);
    await reader.refresh();
    expect(await reader.getToken()).toBe('tomorrow');
  });
});

it('A reader whose next version is spoiled gets the one after it', async () => {
  await world.store(await world.json());
  const reader = world.reader();
  await reader.getToken();
  await world.store('the password is swordfish');
  const third = await world.json();
  await world.store(third);
  await reader.refresh();
  expect(await reader.getToken()).toBe(JSON.parse(third).token);
});

describe('A refresh to the version of a message', () => {
  const hide = () => {
    world.local.state.settings.staleReadSeconds = 3600;
  };

  it('reads it by number, although `latest` lags far behind', async () => {
    await world.store(await world.json());
    const reader = world.reader();
    await reader.getToken();
    hide();
    for (let version = 2; version <= 15; version++) await world.store(await world.json());
    world.accesses();
    await reader.refresh({ version: 15 });
    expect(await reader.getCredential()).toMatchObject({ version: 15 });
    expect(world.accesses()).toEqual(['15']);
  });

  it('also reads it for a new reader', async () => {
    await world.store(await world.json());
    await world.store(await world.json());
    const reader = world.reader();
    await reader.refresh({ version: 2 });
    expect(world.accesses()).toEqual(['2']);
  });

  it('reads nothing if the cached version is as new', async () => {
    await world.store(await world.json());
    const reader = world.reader();
    await reader.getToken();
    world.accesses();
    await reader.refresh({ version: 1 });
    expect(world.accesses()).toEqual([]);
  });

  it.each([
    { what: 'a version that does not exist', version: 99, text: undefined },
    { what: 'a version that somebody else has added', version: 3, text: 'the password' },
  ])('finds the newest version, although the message names $what', async ({ version, text }) => {
    await world.store(await world.json());
    const reader = world.reader({ account: TARGET });
    await reader.getToken();
    await world.store(await world.json());
    if (text) await world.store(text);
    await reader.refresh({ version });
    expect(await reader.getCredential()).toMatchObject({ version: 2 });
  });
});
