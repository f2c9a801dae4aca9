import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import { intentReader } from '../../shared/google/intent.ts';

const caller = { email: 'minter@acme-ops.iam.gserviceaccount.com' };
const fileOf = (text: string): ChainFile => ({
  caller,
  tickEverySeconds: 60,
  writesPerMinute: text.length,
  chains: [],
  exceptions: [],
});

/** A source that counts how it is asked, with a clock and editions that a test moves. */
function open() {
  const at = { now: 0, edition: 1, texts: 0, looks: 0, troubles: [] as string[] };
  const source = {
    generation: async () => {
      at.looks++;
      if (at.edition < 0) throw new Error('no answer');
      return String(at.edition);
    },
    text: async () => {
      at.texts++;
      return `edition ${at.edition}`;
    },
  };
  const parse = async (text: string) => {
    if (text === 'edition 13') throw new Error('faulty');
    return fileOf(text);
  };
  const read = intentReader(
    source,
    parse,
    ({ message }) => at.troubles.push(message),
    () => new Date(at.now),
  );
  return { at, read };
}

describe('the chain file of a function', () => {
  it('is read anew when its generation has changed, and looked at once a minute', async () => {
    const { at, read } = open();
    expect((await read()).version.generation).toBe('1');
    at.edition = 2;
    at.now = 59_000;
    expect((await read()).version.generation).toBe('1');
    at.now = 60_000;
    expect((await read()).version.generation).toBe('2');
    at.now = 120_000;
    await read();
    expect(at).toMatchObject({ looks: 3, texts: 2 });
  });

  it('is looked at at once for a chain that it does not hold', async () => {
    const { at, read } = open();
    await read();
    at.edition = 2;
    expect((await read({ fresh: true })).version.generation).toBe('2');
  });

  it.each([
    ['is faulty', 13, 'faulty'],
    ['cannot be read', -1, 'no answer'],
  ])(
    'stays in force when its next edition %s, and that is told',
    async (_title, edition, trouble) => {
      const { at, read } = open();
      await read();
      at.edition = edition;
      at.now = 60_000;
      expect((await read()).version.generation).toBe('1');
      expect(at.troubles).toEqual([trouble]);
    },
  );

  it('is an error while there has never been a good one', async () => {
    const { at, read } = open();
    at.edition = 13;
    await expect(read()).rejects.toThrow('faulty');
  });
});
