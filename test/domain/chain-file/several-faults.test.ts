import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { edited, faultsOf, RIGHT } from './rows.ts';

const now = new Date('2026-11-22T12:00:00Z');

describe('all faults of a chain file are reported at once', () => {
  it('in order of position, for every kind of fault', () => {
    const text = edited([
      ['tickEvery: 1m', 'tickEvery: 60'],
      ['name: billing-export', 'name: billing-export\n    colour: red'],
      ['[relay@acme-ops.iam.gserviceaccount.com]', '[minter@acme-ops.iam.gserviceaccount.com]'],
      ['https://receiver.example.com/jwt/', 'https://oauth2.googleapis.com/token'],
      ['projects/acme-ops/secrets/release-stamp', 'projects/acme-ops/secrets/partner-api'],
      ['expires: 2027-03-01', 'expires: 2026-03-01'],
    ]);
    expect(faultsOf(text)).toEqual([
      '2:12: error: 60 has no unit: write 60s, or 1m',
      '6:5: error: the key "colour" is unknown here: the keys are name, delegates, target, credential, secret, format, readers, replication, rotateEvery, retryWindow, minValidity, paused',
      '7:17: error: minter@acme-ops.iam.gserviceaccount.com is the caller, which is the first account of every chain: leave it out here',
      '17:52: error: "https://oauth2.googleapis.com/token" is a token endpoint, and it exchanges the JWT for an access token: mint an access-token instead, or write allowTokenExchange: true, which the audit will report',
      '22:13: error: projects/acme-ops/secrets/partner-api is already the secret of the chain at chains.yaml:11: give each chain its own secret',
      '28:14: warning: this exception has expired, and the audit reports it: leave it out, or write a later expiry',
    ]);
  });

  it('each with the path to it', () => {
    const text = edited([
      ['[https://www.googleapis.com/auth/bigquery]', '[openid, bigquery]'],
      ['{ aud:', '{ "a.b": .nan, aud:'],
    ]);
    expect(
      parseChainFiles([{ path: 'chains.yaml', text }], now).faults.map(({ path }) => path),
    ).toEqual(['chains[0].credential.scopes[1]', 'chains[2].credential.claims["a.b"]']);
  });

  it('also faults before a syntax error, without faults that only follow from it', () => {
    const text = edited([
      ['tickEvery: 1m', 'tickEvery: 60'],
      ['reason: break-glass, INC-1234', 'reason: break-glass: INC-1234'],
      ['owner: platform@acme.com', 'owner: 7'],
    ]);
    expect(faultsOf(text)).toEqual([
      '2:12: error: 60 has no unit: write 60s, or 1m',
      '25:13: error: a second ": " in one value: put the value in quotes, or indent its line as its neighbours are',
    ]);
  });

  it('also faults after a syntax error that affects one line only', () => {
    const text = edited([
      ['tickEvery: 1m', 'tickEvery: @1m'],
      ['owner: platform@acme.com', 'owner: 7'],
    ]);
    expect(faultsOf(text)).toEqual([
      '2:12: error: a text cannot begin with this character: put the text in quotes',
      '26:12: error: owner is a number: write owner: platform@acme.com',
    ]);
  });

  it('and a schedule with a malformed part is not checked', () => {
    const text = edited([
      ['name: billing-export', 'name: billing-export\n    rotateEvery: 2h\n    retryWindow: soon'],
    ]);
    expect(faultsOf(text)).toEqual([
      '7:18: error: "soon" is not a duration: write a whole number and s, m or h, as in retryWindow: 10m',
    ]);
  });

  it('and a wrong account does not hide a repeated one', () => {
    const text = edited([
      ['name: billing-export', 'name: Billing'],
      ['target: reader@acme-data', 'target: minter@acme-ops'],
    ]);
    expect(faultsOf(text)).toEqual([
      '5:11: error: "Billing" is not a name: write a lower-case letter, then up to 62 lower-case letters, digits and "-"',
      '7:13: error: minter@acme-ops.iam.gserviceaccount.com is the caller: a chain needs another account as its target',
    ]);
  });
});

describe('a chain file is refused if it has no', () => {
  const nothing =
    '1:1: error: this file is empty: write caller: … and chains: …, or create one with "./hopmint init"';
  const noMapping = '1:1: error: a chain file is a mapping: write caller: … and chains: …';
  const cases: { title: string; text: string; fault: string }[] = [
    { title: 'text', text: '', fault: nothing },
    {
      title: 'text except comments',
      text: '# caller: minter@acme-ops.iam.gserviceaccount.com\n',
      fault: nothing,
    },
    { title: 'document', text: '---\n', fault: nothing },
    { title: 'mapping but a list', text: '- caller: x\n', fault: noMapping },
    { title: 'mapping but a text', text: 'caller', fault: noMapping },
  ];
  it.each(cases)('$title', ({ text, fault }) => {
    expect(faultsOf(text)).toEqual([fault]);
  });
});

describe('a chain file in JSON', () => {
  const json = JSON.stringify(
    {
      $schema: './chains.schema.json',
      caller: 'minter@acme-ops.iam.gserviceaccount.com',
      chains: [
        {
          name: 'partner-api',
          target: '104857600000000000000',
          credential: { kind: 'id-token', audience: 'https://partner.example.com' },
          secret: 'projects/acme-ops/secrets/partner-api',
        },
      ],
    },
    null,
    '\t',
  );

  it('is read like one in YAML, also with tabs', () => {
    expect(faultsOf(json)).toEqual([]);
  });

  it('keeps every digit of a unique ID that is not quoted', () => {
    const { file } = parseChainFiles(
      [{ path: 'chains.yaml', text: json.replace(/"(1048\d+)"/, '$1') }],
      now,
    );
    expect(file?.chains[0]?.target).toEqual({ uniqueId: '104857600000000000000' });
  });

  it('has its faults reported with line and column', () => {
    const text = json.replace('"id-token"', '"id_token"').replace('"name"', '"nmae"');
    expect(faultsOf(text)).toEqual([
      '5:3: error: "name" is missing: write name: billing-export',
      '6:4: error: the key "nmae" is unknown here: did you mean "name"?',
      '9:13: error: "id_token" is not a kind: did you mean "id-token"?',
    ]);
  });

  it('has a missing bracket reported', () => {
    expect(faultsOf(json.replace(/\]\n\}$/, '\n}'))).toEqual([
      '15:1: error: this line is not indented like the lines around it, or a bracket before it is not closed',
    ]);
  });
});

describe('an anchor of YAML', () => {
  const shared = edited([
    [
      '[relay@acme-ops.iam.gserviceaccount.com]',
      '&path [&relay relay@acme-ops.iam.gserviceaccount.com]',
    ],
    ['name: partner-api', 'name: partner-api\n    delegates: *path'],
    [
      'name: firestore-jwt',
      'name: firestore-jwt\n    delegates: [*relay, vault2@acme-ops.iam.gserviceaccount.com]',
    ],
  ]);

  it('is replaced by its value', () => {
    const { file } = parseChainFiles([{ path: 'chains.yaml', text: shared }], now);
    expect(file?.chains.map(({ delegates }) => delegates.length)).toEqual([1, 1, 2, 0]);
  });

  it('has each fault reported once, where it is written, for any number of uses', () => {
    const text = shared.replace(
      'name: firestore-jwt',
      'name: firestore-jwt\n    paused: &pause { until: soon }',
    );
    const used = text.replace('name: release-stamp', 'name: release-stamp\n    paused: *pause');
    expect(faultsOf(used)).toEqual([
      '16:20: error: "reason" is missing: write reason: INC-1234',
      '16:29: error: "soon" is not a date: write until: 2026-12-01, or a time with its zone, as in 2027-03-01T09:00:00Z',
    ]);
  });

  it('is merged by <<, and the keys of the chain have priority', () => {
    const text = edited([
      [
        'name: billing-export',
        '&usual\n    name: billing-export\n    rotateEvery: 20m\n    format: json',
      ],
      [
        '- name: partner-api',
        '- <<: *usual\n    name: partner-api\n    format: header\n    delegates: []',
      ],
    ]).replace(/- &usual\n {4}/, '- &usual\n    ');
    const { file, faults } = parseChainFiles([{ path: 'chains.yaml', text }], now);
    expect(faults).toEqual([]);
    expect(file?.chains.slice(0, 2)).toMatchObject([
      { name: 'billing-export', format: 'json', rotateEverySeconds: 1200 },
      { name: 'partner-api', format: 'header', rotateEverySeconds: 1200, delegates: [] },
    ]);
  });

  it('with nested anchors does not fill the memory', () => {
    const levels = [...'abcdefghi'].map((name, i, all) =>
      i === 0
        ? 'a: &a [1, 2, 3]'
        : `${name}: &${name} [${Array(9)
            .fill(`*${all[i - 1]}`)
            .join(', ')}]`,
    );
    expect(faultsOf(levels.join('\n'))).toEqual([
      '1:1: error: the aliases of this file expand to too many values: write the values out',
    ]);
  });
});

it('the columns of the first line do not count a byte order mark', () => {
  expect(places(faultsOf(`\uFEFF${RIGHT.replace('caller: minter@', 'caller: re_lay@')}`))).toEqual([
    '1:9:',
  ]);
});

it('a file that asks for YAML 1.1 is read like any other: a date stays a text', () => {
  const text = edited([['caller:', '%YAML 1.1\n---\ncaller:']]);
  expect(faultsOf(text)).toEqual([]);
});

it('the faults of a truncated file are within its text', () => {
  for (let end = 0; end < RIGHT.length; end += 5) {
    const lines = RIGHT.slice(0, end).split('\n');
    const { faults } = parseChainFiles([{ path: 'chains.yaml', text: RIGHT.slice(0, end) }], now);
    const beyond = faults.filter(
      ({ line, column }) => column < 1 || column > (lines[line - 1]?.length ?? -1) + 1,
    );
    expect({ end, beyond }).toEqual({ end, beyond: [] });
  }
});

it('line ends of Windows are accepted', () => {
  const text = edited([['owner: platform@acme.com', 'owner: 7']]).replaceAll('\n', '\r\n');
  expect(places(faultsOf(text))).toEqual(['26:12:']);
});

const places = (faults: readonly string[]) => faults.map((fault) => fault.split(' ')[0]);
