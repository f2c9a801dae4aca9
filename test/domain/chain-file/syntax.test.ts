import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of the YAML syntax', () => {
  const cases: Row[] = [
    [
      'a tab that indents',
      [
        [
          '    secret: projects/acme-ops/secrets/partner-api',
          '\t\tsecret: projects/acme-ops/secrets/partner-api',
        ],
      ],
      ['13:1: error: a tab cannot indent YAML: use spaces'],
    ],
    [
      'a bracket that is not closed',
      [
        [
          '[https://www.googleapis.com/auth/bigquery] }',
          '[https://www.googleapis.com/auth/bigquery }',
        ],
      ],
      [
        '8:89: error: this line is not indented as its neighbours are, or a bracket before it is not closed',
      ],
    ],
    [
      'a quote that is not closed',
      [['reason: break-glass, INC-1234', 'reason: "break-glass, INC-1234']],
      ['25:13: error: this quote is never closed: close it'],
    ],
    [
      'a line that is indented too little',
      [['    owner: platform@acme.com', '   owner: platform@acme.com']],
      [
        '26:1: error: a bracket is not closed, a comma or a ":" is missing, or this line is not indented as its neighbours are',
      ],
    ],
    [
      'a text with ": " in it',
      [['reason: break-glass, INC-1234', 'reason: break-glass: INC-1234']],
      [
        '25:13: error: a second ": " in one value: put the value in quotes, or indent its line as its neighbours are',
      ],
    ],
    [
      'a text that begins with @',
      [['owner: platform@acme.com', 'owner: @platform']],
      ['26:12: error: a text cannot begin with this character: put the text in quotes'],
    ],
    [
      'an unknown escape',
      [['reason: break-glass, INC-1234', 'reason: "break\\glass"']],
      [
        '25:19: error: there is no such escape in "…": write \\\\ for a backslash, or use single quotes',
      ],
    ],
    [
      'a key that is written twice',
      [['tickEvery: 1m', 'tickEvery: 1m\ntickEvery: 2m']],
      ['3:1: error: "tickEvery" stands twice in one mapping: leave one out'],
    ],
    [
      'a key in brackets',
      [['tickEvery: 1m', '[tickEvery]: 1m']],
      ['2:1: error: a key is a plain name: write it without brackets'],
    ],
    [
      'a second document',
      [['exceptions:', '---\nexceptions:']],
      ['23:1: error: a second document begins here: a chain file is one, so leave the "---" out'],
    ],
    [
      'a tag',
      [['tickEvery: 1m', 'tickEvery: !env TICK']],
      ['2:12: error: tags mean nothing in a chain file: leave the "!…" out'],
    ],
    [
      'an alias without an anchor',
      [['tickEvery: 1m', 'tickEvery: *tick']],
      ['2:12: error: there is no anchor &tick before this: write the value out'],
    ],
    [
      'an alias inside its anchor',
      [['[relay@acme-ops.iam.gserviceaccount.com]', '&relays [*relays]']],
      ['6:25: error: *relays is inside its own anchor: write the value out'],
    ],
    [
      'a merge of a value that is not a mapping',
      [['tickEvery: 1m', '<<: 1m']],
      ['2:5: error: << takes a mapping, as in <<: *common'],
    ],
    [
      'a key that an object cannot have',
      [['tickEvery: 1m', '__proto__: {}']],
      ['2:1: error: no key can have this name: leave it out'],
    ],
  ];
  it.each(cases)('reports %s, with its place and what to write', (_title, edits, faults) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});
