import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';

const now = new Date('2026-11-22T12:00:00Z');

const SETTINGS = 'caller: minter@acme-ops.iam.gserviceaccount.com\n';
const chain = (name: string, secret = name) => `  - name: ${name}
    target: ${name}@acme-data.iam.gserviceaccount.com
    credential: { kind: id-token, audience: https://partner.example.com }
    secret: projects/acme-ops/secrets/${secret}
`;
const chains = (...all: string[]) => `chains:\n${all.join('')}`;

/** The faults of a folder, as `validate` prints them. */
function faultsOf(folder: Readonly<Record<string, string>>): string[] {
  const texts = Object.entries(folder).map(([path, text]) => ({ path, text }));
  const { file, faults } = parseChainFiles(texts, now);
  const isRefused = faults.some(({ severity }) => severity === 'error');
  if (isRefused !== (file === undefined))
    throw new Error('a file comes without errors, and only so');
  return faults.map((f) => `${f.source}:${f.line}:${f.column}: ${f.severity}: ${f.message}`);
}

describe('a folder of chain files', () => {
  it('has the faults of all files reported at once, in the order of the files and of the lines', () => {
    expect(
      faultsOf({
        'a.yaml': chains(chain('One'), chain('two').replace('id-token', 'oidc')),
        'b.yaml': chains(chain('three')),
        'c.yaml': chains(chain('four').replace('secret:', 'secrets:')),
        'settings.yaml': `${SETTINGS}tickEvery: 60\n`,
      }),
    ).toEqual([
      'a.yaml:2:11: error: "One" is not a name: write a lower-case letter, then up to 62 lower-case letters, digits and "-"',
      'a.yaml:8:25: error: "oidc" is not a kind: write kind: access-token, id-token, signed-jwt, signed-blob',
      'c.yaml:2:5: error: "secret" is missing: write secret: projects/acme-ops/secrets/billing-export',
      'c.yaml:5:5: error: the key "secrets" is unknown here: did you mean "secret"?',
      'settings.yaml:2:12: error: 60 has no unit: write 60s, or 1m',
    ]);
  });

  it('has the syntax error of one file and the fault of another reported at once', () => {
    expect(
      faultsOf({
        'a.yaml': chains(chain('one')).replace('name: one', 'name: @one'),
        'settings.yaml': `${SETTINGS}tickEvery: 60\n`,
      }).map((fault) => fault.split(' ')[0]),
    ).toEqual(['a.yaml:2:11:', 'settings.yaml:2:12:']);
  });

  it('has a second file with the caller reported in both files', () => {
    const rival =
      'error: a.yaml and b.yaml contain settings: write "caller" and all settings in one file';
    expect(
      faultsOf({
        'a.yaml': SETTINGS + chains(chain('one')),
        'b.yaml': `tickEvery: 1m\n${SETTINGS}`,
      }),
    ).toEqual([`a.yaml:1:1: ${rival}`, `b.yaml:2:1: ${rival}`]);
  });

  it('has every setting of a file with chains reported at its key', () => {
    const moved = (key: string) =>
      `error: this file may contain only "chains", because settings.yaml has the settings: move "${key}" there`;
    expect(
      faultsOf({
        'a.yaml': `tickEvery: 1m\n${chains(chain('one'))}paused: { until: 2026-12-01, reason: INC-1 }\n`,
        'settings.yaml': SETTINGS,
      }),
    ).toEqual([`a.yaml:1:1: ${moved('tickEvery')}`, `a.yaml:7:1: ${moved('paused')}`]);
  });

  it.each([
    {
      situation: 'no file with settings',
      folder: { 'a.yaml': chains(chain('one')), 'b.yaml': chains(chain('two')) },
      faults: [
        'a.yaml:1:1: error: no file has the settings: write caller: … in one of a.yaml and b.yaml',
      ],
    },
    {
      situation: 'settings without the caller',
      folder: { 'a.yaml': chains(chain('one')), 'settings.yaml': 'tickEvery: 1m\n' },
      faults: [
        'settings.yaml:1:1: error: "caller" is missing: write caller: minter@acme-ops.iam.gserviceaccount.com',
      ],
    },
    {
      situation: 'settings, but no chain in any file',
      folder: { 'a.yaml': 'chains: []\n', 'settings.yaml': SETTINGS },
      faults: [
        'settings.yaml:1:1: error: there is no chain: write at least one, or pause the file',
      ],
    },
    {
      situation: 'an empty file',
      folder: { 'a.yaml': '', 'settings.yaml': SETTINGS + chains(chain('one')) },
      faults: [
        'a.yaml:1:1: error: this file is empty: write caller: … and chains: …, or create one with "./hopmint init"',
      ],
    },
    {
      situation: 'two chains of one name in two files',
      folder: {
        'a.yaml': chains(chain('one')),
        'b.yaml': chains(chain('one', 'other')),
        'settings.yaml': SETTINGS,
      },
      faults: [
        'b.yaml:2:11: error: "one" is already the name of the chain at a.yaml:2: write another name',
      ],
    },
    {
      situation: 'one secret in two files',
      folder: {
        'a.yaml': chains(chain('one', 'shared')),
        'b.yaml': chains(chain('two'), chain('three', 'shared')),
        'settings.yaml': SETTINGS,
      },
      faults: [
        'b.yaml:9:13: error: projects/acme-ops/secrets/shared is already the secret of the chain at a.yaml:2: give each chain its own secret',
      ],
    },
    {
      situation: 'two pins of one account in two files',
      folder: {
        'a.yaml': chains(
          chain('one').replace(
            /target: .*/,
            'target: { email: t@acme-data.iam.gserviceaccount.com, uniqueId: "100000000000000000001" }',
          ),
        ),
        'b.yaml': chains(
          chain('two').replace(
            /target: .*/,
            'target: { email: t@acme-data.iam.gserviceaccount.com, uniqueId: "100000000000000000002" }',
          ),
        ),
        'settings.yaml': SETTINGS,
      },
      faults: [
        'b.yaml:3:13: error: t@acme-data.iam.gserviceaccount.com has the unique ID 100000000000000000001 at a.yaml:3: one of the two accounts does not exist any more: leave out the wrong ID',
      ],
    },
  ])('with $situation is refused', ({ folder, faults }) => {
    expect(faultsOf(folder)).toEqual(faults);
  });

  it('needs no chains in the file with the settings, and may name its schema in every file', () => {
    const schema = '$schema: ./chains.schema.json\n';
    expect(
      faultsOf({ 'a.yaml': schema + chains(chain('one')), 'settings.yaml': schema + SETTINGS }),
    ).toEqual([]);
  });
});
