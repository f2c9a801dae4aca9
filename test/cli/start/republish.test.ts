import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionLog } from '../../../cli/commands/start/logs.ts';
import { republishOnChange } from '../../../cli/commands/start/republish.ts';
import { readSource } from '../../../cli/operator/source.ts';
import { recordingIo } from '../recording-io.ts';

describe('Republish:', () => {
  const SETTINGS = 'caller: minter@acme-ops.iam.gserviceaccount.com\n';
  const chain = (name: string) => `  - name: ${name}
    target: ${name}@acme-data.iam.gserviceaccount.com
    credential: { kind: id-token, audience: https://partner.example.com }
    secret: projects/acme-ops/secrets/${name}
`;
  const chains = (...names: string[]) => `chains:\n${names.map(chain).join('')}`;

  /** The text of a file, or `gone`. */
  type Edit = Readonly<Record<string, string>>;
  const gone = '';

  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hopmint-republish-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const at = (name: string) => join(directory, name);
  async function write(edit: Edit): Promise<void> {
    await mkdir(directory, { recursive: true });
    for (const [name, text] of Object.entries(edit)) {
      if (text === gone) await rm(at(name));
      else await writeFile(at(name), text);
    }
  }

  /** Publishes `first`, then looks once after each edit. @returns the names of the chains of each publish, and what was printed */
  async function watched(source: string, first: Edit, edits: readonly Edit[]) {
    const { io, written } = recordingIo();
    const read = readSource(io);
    await write(first);
    const published = await read(source);
    const [early = {}, ...later] = edits;
    await write(early); // as during the first round, before the first look
    async function* looks() {
      yield;
      for (const edit of later) {
        await write(edit);
        yield;
      }
    }
    const publishes: string[] = [];
    await republishOnChange(
      { source, read, published, looks: looks() },
      async ({ file }) => {
        publishes.push(file.chains.map(({ name }) => name).join());
      },
      io,
    );
    return { publishes, err: written.err };
  }

  describe('while npm start runs, a chain file', () => {
    const good = SETTINGS + chains('one');
    const edited = SETTINGS + chains('one', 'two');
    const broken = edited.replace('id-token', 'oidc');
    const fileOf = (text: string) => ({ 'chains.yaml': text });

    it.each([
      { situation: 'that nobody edits is not published again', edits: [{}, {}], publishes: [] },
      {
        situation: 'that is edited is published',
        edits: [fileOf(edited), {}],
        publishes: ['one,two'],
      },
      {
        situation: 'that is edited twice is published twice',
        edits: [fileOf(edited), fileOf(good)],
        publishes: ['one,two', 'one'],
      },
    ])('$situation', async ({ edits, publishes }) => {
      expect(await watched(at('chains.yaml'), fileOf(good), edits)).toEqual({ publishes, err: '' });
    });

    it('with a fault is not published: the fault is printed once, with line and column', async () => {
      const { publishes, err } = await watched(at('chains.yaml'), fileOf(good), [
        fileOf(broken),
        {},
      ]);
      expect(publishes).toEqual([]);
      expect(err.split('\n')).toEqual([
        `${at('chains.yaml')}:5:25: error: "oidc" is not a kind: write kind: access-token, id-token, signed-jwt, signed-blob`,
        `${at('chains.yaml')} has errors, so the published file stays in force`,
        '',
      ]);
    });

    it('is published as soon as its fault is corrected', async () => {
      const edits = [fileOf(broken), fileOf(edited)];
      const { publishes } = await watched(at('chains.yaml'), fileOf(good), edits);
      expect(publishes).toEqual(['one,two']);
    });

    it('that is deleted stays published, and the message names it', async () => {
      const { publishes, err } = await watched(at('chains.yaml'), fileOf(good), [fileOf(gone)]);
      expect(publishes).toEqual([]);
      expect(err).toContain(`${at('chains.yaml')}:1:1: error: there is no such file`);
    });
  });

  describe('while npm start runs, a folder', () => {
    const settings = { 'settings.yaml': SETTINGS };
    const first = { ...settings, 'a.yaml': chains('one') };

    it.each([
      {
        situation: 'to which a file is added',
        edits: [{ 'b.yaml': chains('two') }],
        last: 'one,two',
      },
      {
        situation: 'from which a file is removed',
        edits: [{ 'b.yaml': chains('two') }, { 'b.yaml': gone }],
        last: 'one',
      },
      {
        situation: 'whose file gets another name',
        edits: [{ 'b.yaml': chains('two') }, { 'b.yaml': gone, '0.yaml': chains('two') }],
        last: 'two,one',
      },
    ])('$situation is published with the chains $last', async ({ edits, last }) => {
      const { publishes, err } = await watched(directory, first, edits);
      expect(publishes).toHaveLength(edits.length);
      expect([publishes.at(-1), err]).toEqual([last, '']);
    });

    it('with faults in two files is not published, and each fault names its file', async () => {
      const edits = [{ 'a.yaml': chains('One'), 'settings.yaml': `${SETTINGS}tickEvery: 60\n` }];
      const { publishes, err } = await watched(directory, first, edits);
      expect(publishes).toEqual([]);
      expect(err).toContain(`${at('a.yaml')}:2:11: error: "One" is not a name`);
      expect(err).toContain(`${at('settings.yaml')}:2:12: error: 60 has no unit`);
      expect(err).toContain(`${directory} has errors, so the published file stays in force\n`);
    });
  });
});

const line = (severity: string, event: string) =>
  JSON.stringify({
    severity,
    event,
    message: 'tick failed',
    detail: 'denied',
    project: 'acme-ops',
  });

describe('the log of the functions in a terminal', () => {
  const quiet = { json: false, verbose: false, watching: () => false };
  const cases: { title: string; logged: string; options: typeof quiet; printed: string }[] = [
    {
      title: 'shows a short form of a warning',
      logged: line('WARNING', 'tick-failed'),
      options: quiet,
      printed: 'fanout: tick failed (denied, acme-ops)\n',
    },
    { title: 'hides a success', logged: line('INFO', 'tick'), options: quiet, printed: '' },
    {
      title: 'hides a failed rotation, because the round prints it',
      logged: line('ERROR', 'mint-failed'),
      options: quiet,
      printed: '',
    },
    {
      title: 'hides a finding of the first round',
      logged: line('ERROR', 'finding-open'),
      options: quiet,
      printed: '',
    },
    {
      title: 'shows a finding that opens later',
      logged: line('ERROR', 'finding-open'),
      options: { ...quiet, watching: () => true },
      printed: 'fanout: tick failed (denied, acme-ops)\n',
    },
    {
      title: 'hides a warning with --json',
      logged: line('WARNING', 'tick-failed'),
      options: { ...quiet, json: true },
      printed: '',
    },
    {
      title: 'shows a refused chain file with --json',
      logged: line('ERROR', 'chain-file-refused'),
      options: { ...quiet, json: true },
      printed: 'fanout: tick failed (denied, acme-ops)\n',
    },
    {
      title: 'shows a bug with its place, but without the whole stack',
      logged: JSON.stringify({
        severity: 'ERROR',
        message: 'crashed',
        event: 'crashed',
        stack_trace: 'TypeError: a bug\n    at one (a.ts:1:1)\n    at two (b.ts:1:1)',
      }),
      options: { ...quiet, json: true },
      printed: 'fanout: crashed (TypeError: a bug, at one (a.ts:1:1))\n',
    },
    {
      title: 'shows a crash with --json',
      logged: 'Error: no',
      options: { ...quiet, json: true },
      printed: 'fanout: Error: no\n',
    },
    {
      title: 'shows everything with --verbose',
      logged: line('INFO', 'tick'),
      options: { ...quiet, verbose: true },
      printed: `fanout: ${line('INFO', 'tick')}\n`,
    },
    {
      title: 'shows control characters as text',
      logged: 'a\u001b[2J',
      options: quiet,
      printed: 'fanout: a\\u{1b}[2J\n',
    },
  ];
  it.each(cases)('$title', ({ logged, options, printed }) => {
    const { io, written } = recordingIo();
    functionLog(io, options)('fanout', logged);
    expect(written).toEqual({ out: '', err: printed });
  });
});
