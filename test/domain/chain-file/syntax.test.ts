import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of the YAML syntax', () => {
  const cases: Row[] = [
    {
      title: 'a tab that indents',
      edits: [
        [
          '    secret: projects/acme-ops/secrets/partner-api',
          '\t\tsecret: projects/acme-ops/secrets/partner-api',
        ],
      ],
      faults: ['13:1: error: a tab cannot indent YAML: use spaces'],
    },
    {
      title: 'a bracket that is not closed',
      edits: [
        [
          '[https://www.googleapis.com/auth/bigquery] }',
          '[https://www.googleapis.com/auth/bigquery }',
        ],
      ],
      faults: [
        '8:89: error: this line is not indented like the lines around it, or a bracket before it is not closed',
      ],
    },
    {
      title: 'a quote that is not closed',
      edits: [['reason: break-glass, INC-1234', 'reason: "break-glass, INC-1234']],
      faults: ['25:13: error: this quote is never closed: close it'],
    },
    {
      title: 'a line that is indented too little',
      edits: [['    owner: platform@acme.com', '   owner: platform@acme.com']],
      faults: [
        '26:1: error: a bracket is not closed, a comma or a ":" is missing, or this line is not indented like the lines around it',
      ],
    },
    {
      title: 'a text with ": " in it',
      edits: [['reason: break-glass, INC-1234', 'reason: break-glass: INC-1234']],
      faults: [
        '25:13: error: a second ": " in one value: put the value in quotes, or indent its line as its neighbours are',
      ],
    },
    {
      title: 'a text that begins with @',
      edits: [['owner: platform@acme.com', 'owner: @platform']],
      faults: ['26:12: error: a text cannot begin with this character: put the text in quotes'],
    },
    {
      title: 'an unknown escape',
      edits: [['reason: break-glass, INC-1234', 'reason: "break\\glass"']],
      faults: [
        '25:19: error: there is no such escape in "…": write \\\\ for a backslash, or use single quotes',
      ],
    },
    {
      title: 'a key that is written twice',
      edits: [['tickEvery: 1m', 'tickEvery: 1m\ntickEvery: 2m']],
      faults: ['3:1: error: "tickEvery" stands twice in one mapping: leave one out'],
    },
    {
      title: 'a key in brackets',
      edits: [['tickEvery: 1m', '[tickEvery]: 1m']],
      faults: ['2:1: error: a key is a plain name: write it without brackets'],
    },
    {
      title: 'a second document',
      edits: [['exceptions:', '---\nexceptions:']],
      faults: [
        '23:1: error: a second document begins here: a chain file is one, so leave the "---" out',
      ],
    },
    {
      title: 'a tag',
      edits: [['tickEvery: 1m', 'tickEvery: !env TICK']],
      faults: ['2:12: error: tags mean nothing in a chain file: leave the "!…" out'],
    },
    {
      title: 'an alias without an anchor',
      edits: [['tickEvery: 1m', 'tickEvery: *tick']],
      faults: ['2:12: error: there is no anchor &tick before this: write the value out'],
    },
    {
      title: 'an alias inside its anchor',
      edits: [['[relay@acme-ops.iam.gserviceaccount.com]', '&relays [*relays]']],
      faults: ['6:25: error: *relays is inside its own anchor: write the value out'],
    },
    {
      title: 'a merge of a value that is not a mapping',
      edits: [['tickEvery: 1m', '<<: 1m']],
      faults: ['2:5: error: << takes a mapping, as in <<: *common'],
    },
    {
      title: 'a key that an object cannot have',
      edits: [['tickEvery: 1m', '__proto__: {}']],
      faults: ['2:1: error: no key can have this name: leave it out'],
    },
  ];
  it.each(cases)('reports $title, with its place and what to write', ({ edits, faults }) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});
