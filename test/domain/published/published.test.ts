import { sha256 } from '../../../shared/domain/basics/canonical.ts';
import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../shared/domain/chain/definition.ts';
import { intentOf } from '../../../shared/domain/chain/intent.ts';
import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { compile, withPauses } from '../../../shared/domain/published/compile.ts';
import { PREFIX_LENGTH, prefixOf } from '../../../shared/domain/published/header.ts';
import { publishedReader, readPublished } from '../../../shared/domain/published/read.ts';
import { RIGHT } from '../chain-file/rows.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const sources = [{ path: 'chains.yaml', sha256: 'ab'.repeat(32) }];

const VERSION = {
  digest: '',
  generation: '1',
  writtenAt: null,
  writtenBy: null,
  commit: null,
  sources,
};

const parsed = (text: string): ChainFile => {
  const { file } = parseChainFiles([{ path: 'chains.yaml', text }], NOW);
  if (!file) throw new Error('the chain file is faulty');
  return file;
};

describe('a published file', () => {
  const file = parsed(RIGHT);

  it('is read as the file that was compiled, with its sources, commit, pauses and digests', () => {
    const pauses = [
      { chain: 'partner-api', until: new Date('2026-11-23T00:00:00Z'), reason: 'INC-7' },
    ];
    const read = readPublished(compile(file, { sources, commit: 'c0ffee', pauses }));
    expect(read).toEqual({
      ok: true,
      value: {
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        file,
        positions: new Map(file.chains.map(({ name }, i) => [name, i])),
        digests: file.chains.map((chain) => digestOf(chain, file.caller)),
        sources,
        commit: 'c0ffee',
        pauses,
      },
    });
  });

  it('pauses a chain that an operator paused, until the later of two ends', () => {
    const until = new Date('2026-11-23T00:00:00Z');
    const paused = withPauses(file, [{ chain: 'partner-api', until, reason: 'INC-7' }]);
    expect(paused.chains.map((chain) => chain.paused)).toEqual([
      undefined,
      { until, reason: 'INC-7' },
      undefined,
      undefined,
    ]);
    const earlier = new Date('2026-11-22T18:00:00Z');
    expect(
      withPauses(paused, [{ chain: 'partner-api', until: earlier, reason: 'INC-8' }]).chains,
    ).toEqual(paused.chains);
  });

  const accounts = [
    {
      title: 'an email with a Kelvin sign',
      account: { email: 'key@a.iam.gserviceaccount.com'.replace('k', '\u212a') },
    },
    { title: 'an email in capitals', account: { email: 'Key@a.iam.gserviceaccount.com' } },
    { title: 'a unique ID of 20 digits', account: { uniqueId: '10485760000000000000' } },
    { title: 'neither', account: {} as { uniqueId: string } },
  ];
  it.each(accounts)(
    'is refused if an account is $title, although its digest fits',
    ({ account }) => {
      const chains = file.chains.map((chain) => ({ ...chain, target: account }));
      const edited = [
        { ...file, chains },
        { ...file, caller: account },
      ];
      for (const one of edited) {
        const read = readPublished(compile(one, { sources, pauses: [] }));
        expect(read.ok ? 'read' : read.error).toMatch(/publish it again/);
      }
    },
  );

  it('shares each equal chain, and the index of equal names, with the file before', () => {
    const before = intentOf(file, VERSION);
    const [first, ...others] = file.chains;
    const chains = [{ ...(first as Chain), rotateEverySeconds: 900 }, ...others];
    const { take, end } = publishedReader(before);
    take(Buffer.from(compile({ ...file, chains }, { sources, pauses: [] })));
    const read = end();
    if (!read.ok) throw new Error(read.error);
    expect(read.value.positions).toBe(before.positions);
    expect(read.value.file.chains).toEqual(chains);
    expect(read.value.file.chains.map((chain, i) => chain === file.chains[i])).toEqual([
      false,
      ...others.map(() => true),
    ]);
    expect(read.value.file.chains[0]?.target).toBe(first?.target);
  });

  it('is refused, with the name, if it has two chains of one name', () => {
    const [first, ...others] = file.chains;
    const chains = [first as Chain, ...others, first as Chain];
    expect(readPublished(compile({ ...file, chains }, { sources, pauses: [] }))).toEqual({
      ok: false,
      error: `two lines have a chain with the name "${first?.name}": publish it again with "./hopmint publish"`,
    });
  });

  const wrongMembers = [
    { change: { name: undefined }, wrong: 'name is missing' },
    { change: { secret: undefined }, wrong: 'secret is missing' },
    { change: { secret: 7 }, wrong: 'secret must be a secret: projects/P/secrets/S' },
    { change: { digest: 'x' }, wrong: 'digest must be a SHA-256 in hex' },
    {
      change: { credential: { kind: 'x' } },
      wrong: 'credential.kind must be one of access-token, id-token, signed-jwt, signed-blob',
    },
    { change: { format: 'x' }, wrong: 'format must be one of raw, json, header' },
    {
      change: { rotateEverySeconds: '1' },
      wrong: 'rotateEverySeconds must be a whole number from 1',
    },
    {
      change: { paused: { until: '2026-02-30T00:00:00.000Z', reason: 'INC-7' } },
      wrong: 'paused.until must be a time, as in 2026-12-01T00:00:00.000Z',
    },
    { change: { delegates: [{}] }, wrong: 'delegates[0] is neither an email nor a unique ID' },
    { change: { source: [1, 3] }, wrong: 'the header has no source 1' },
  ];
  it.each(wrongMembers)(
    'with a right digest is refused, with the line, because "$wrong"',
    ({ change, wrong }) => {
      const [header = '', line = '', ...others] = compile(file, { sources, pauses: [] }).split(
        '\n',
      );
      const changed = JSON.stringify({ ...JSON.parse(line), ...change });
      const covered = [header, changed, ...others].join('\n').slice(PREFIX_LENGTH);
      expect(readPublished(prefixOf(sha256(covered)) + covered)).toEqual({
        ok: false,
        error: `line 2: ${wrong}: publish it again with "./hopmint publish"`,
      });
    },
  );

  const RIGHT_PAUSE = { chain: 'partner-api', until: '2026-11-23T00:00:00.000Z', reason: 'INC-7' };
  it.each([
    { settings: { tickEverySeconds: 1.5 }, place: 'settings.tickEverySeconds' },
    { settings: { writesPerMinute: 0 }, place: 'settings.writesPerMinute' },
    { settings: { grantForSeconds: -1 }, place: 'settings.grantForSeconds' },
    { settings: { publishTo: '' }, place: 'settings.publishTo' },
    { settings: { other: 1 }, place: 'settings' },
    { header: { sources: [{ path: 'chains.yaml', sha256: 'x' }] }, place: 'sources.0.sha256' },
    {
      header: { pauses: [{ ...RIGHT_PAUSE, until: '2026-11-23T00:00:00Z' }] },
      place: 'pauses.0.until',
    },
    { header: { pauses: [{ ...RIGHT_PAUSE, reason: '' }] }, place: 'pauses.0.reason' },
  ])('with a right digest is refused for a wrong $place in its header', (changes) => {
    const [header = '', ...lines] = compile(file, { sources, pauses: [] }).split('\n');
    const { settings, ...rest } = JSON.parse(header);
    const changed = { ...rest, settings: { ...settings, ...changes.settings }, ...changes.header };
    const covered = [JSON.stringify(changed), ...lines].join('\n').slice(PREFIX_LENGTH);
    expect(readPublished(prefixOf(sha256(covered)) + covered)).toEqual({
      ok: false,
      error: `line 1, the header, is not as "./hopmint publish" writes it: see ${changes.place}: publish it again with "./hopmint publish"`,
    });
  });
});
