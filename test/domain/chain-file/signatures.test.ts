import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of signed JWTs and blobs', () => {
  const cases: Row[] = [
    [
      'iss among the claims',
      [['{ aud:', '{ iss: x, aud:']],
      ['16:47: error: iss is always the target: leave it out'],
    ],
    [
      'iat among the claims',
      [['{ aud:', '{ iat: 1, aud:']],
      ['16:47: error: iat is the time of minting: leave it out'],
    ],
    [
      'exp among the claims',
      [['{ aud:', '{ exp: 1, aud:']],
      [
        '16:47: error: exp follows from the lifetime: leave it out, and write lifetime: 1h next to the claims',
      ],
    ],
    [
      'sub among the claims',
      [['{ aud:', '{ sub: ada@acme.com, aud:']],
      [
        '16:47: error: sub is the target. With another sub, the holder of the JWT could act as a Workspace user: leave it out, or write allowTokenExchange: true, which the audit will report',
      ],
    ],
    [
      'iss among the claims, where exchange is allowed',
      [['{ aud: https://firestore.googleapis.com/ }', '{ iss: x }, allowTokenExchange: true']],
      ['16:47: error: iss is always the target: leave it out'],
    ],
    [
      'scope among the claims',
      [['{ aud:', '{ scope: openid, aud:']],
      [
        '16:47: error: a JWT with a scope can be exchanged for an access token: mint an access-token instead, or write allowTokenExchange: true, which the audit will report',
      ],
    ],
    [
      'target_audience among the claims',
      [['{ aud:', '{ target_audience: x, aud:']],
      [
        '16:47: error: a JWT with a target_audience can be exchanged for an ID token: mint an id-token instead, or write allowTokenExchange: true, which the audit will report',
      ],
    ],
    [
      'a token endpoint as aud',
      [['https://firestore.googleapis.com/', 'https://oauth2.googleapis.com/token']],
      [
        '16:52: error: "https://oauth2.googleapis.com/token" is a token endpoint, which exchanges the JWT for an access token: mint an access-token instead, or write allowTokenExchange: true, which the audit will report',
      ],
    ],
    [
      'a token endpoint among several',
      [
        [
          'https://firestore.googleapis.com/',
          '[https://firestore.googleapis.com/, https://sts.googleapis.com/v1/token]',
        ],
      ],
      [
        '16:88: error: "https://sts.googleapis.com/v1/token" is a token endpoint, which exchanges the JWT for an access token: mint an access-token instead, or write allowTokenExchange: true, which the audit will report',
      ],
    ],
    [
      'an aud that is a number',
      [['https://firestore.googleapis.com/', '5']],
      [
        '16:52: error: aud must be a text or a list of texts: write aud: https://firestore.googleapis.com/',
      ],
    ],
    [
      'a claim that JSON cannot express',
      [['{ aud:', '{ n: .inf, aud:']],
      ['16:50: error: JSON cannot express this number: write it as a text in quotes'],
    ],
    [
      'a claim that loses digits',
      [['{ aud:', '{ n: 12345678901234567890, aud:']],
      ['16:50: error: a JSON number of this length loses digits: put it in quotes'],
    ],
    [
      'claims that are a list',
      [['{ aud: https://firestore.googleapis.com/ }', '[aud]']],
      ['16:45: error: claims is a list: write claims: { aud: https://firestore.googleapis.com/ }'],
    ],
    [
      'a JWT over twelve hours',
      [['firestore.googleapis.com/ }', 'firestore.googleapis.com/ }, lifetime: 43201s']],
      [
        '16:99: error: no credential from Google lasts longer than 12h: write lifetime: 12h or less',
      ],
    ],
    [
      'a blob with a lifetime',
      [['text: release 42 }', 'text: release 42 }, lifetime: 1h']],
      ['20:69: error: a signature has no lifetime: leave it out (Google keeps the key for 12h)'],
    ],
    [
      'a blob with nothing in it',
      [['text: release 42', 'text: ""']],
      [
        '20:55: error: the payload is empty: write payload: { text: "release 42" } or { base64: … }',
      ],
    ],
    [
      'a blob of two payloads',
      [['text: release 42', 'text: release 42, base64: AAAA']],
      ['20:67: error: write text or base64, not both'],
    ],
    [
      'a payload without text or base64',
      [['{ text: release 42 }', 'release 42']],
      ['20:47: error: payload is a text: write payload: { text: "release 42" } or { base64: … }'],
    ],
    [
      'a text that is not base64',
      [['text: release 42', 'base64: release_42']],
      ['20:57: error: this is not base64: write A–Z, a–z, 0–9, + and /, with = at the end'],
    ],
    [
      'a blob of 8 KiB and a byte',
      [['text: release 42', `text: ${'A'.repeat(8193)}`]],
      ['20:55: error: 8193 bytes are too many: at most 8 KiB can be signed, so sign a hash'],
    ],
    [
      'the signing input of a JWT',
      [['text: release 42', 'text: eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0']],
      [
        '20:47: error: this is the signing input of a JWS: its signature makes a JWT: sign other bytes, or write allowTokenExchange: true, which the audit will report',
      ],
    ],
    [
      'the string to sign of a signed URL',
      [
        [
          'text: release 42',
          'text: "GOOG4-RSA-SHA256\\n20261122T120000Z\\n20261122/auto/storage/goog4_request\\n00"',
        ],
      ],
      [
        '20:47: error: this is a string to sign for Cloud Storage (GOOG4): its signature makes a URL that opens an object: sign other bytes, or write allowTokenExchange: true, which the audit will report',
      ],
    ],
    [
      'the same string in base64',
      [['text: release 42', 'base64: R09PRzQtUlNBLVNIQTI1NgoyMDI2MTEyMlQxMjAwMDBa']],
      [
        '20:47: error: this is a string to sign for Cloud Storage (GOOG4): its signature makes a URL that opens an object: sign other bytes, or write allowTokenExchange: true, which the audit will report',
      ],
    ],
  ];
  it.each(cases)('reports %s, with its place and what to write', (_title, edits, faults) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});
