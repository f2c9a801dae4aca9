import { edited, faultsOf, type Row } from './rows.ts';

describe('the check of signed JWTs and blobs', () => {
  const cases: Row[] = [
    {
      title: 'iss among the claims',
      edits: [['{ aud:', '{ iss: x, aud:']],
      faults: ['16:47: error: iss is always the target: leave it out'],
    },
    {
      title: 'iat among the claims',
      edits: [['{ aud:', '{ iat: 1, aud:']],
      faults: ['16:47: error: iat is the time of minting: leave it out'],
    },
    {
      title: 'exp among the claims',
      edits: [['{ aud:', '{ exp: 1, aud:']],
      faults: [
        '16:47: error: exp follows from the lifetime: leave it out, and write lifetime: 1h next to the claims',
      ],
    },
    {
      title: 'sub among the claims',
      edits: [['{ aud:', '{ sub: ada@acme.com, aud:']],
      faults: [
        '16:47: error: sub is always the target. With another sub, the holder of the JWT could act as a Workspace user: leave it out',
      ],
    },
    {
      title: 'iss among the claims, where exchange is allowed',
      edits: [
        ['{ aud: https://receiver.example.com/jwt/ }', '{ iss: x }, allowTokenExchange: true'],
      ],
      faults: ['16:47: error: iss is always the target: leave it out'],
    },
    {
      title: 'scope among the claims',
      edits: [['{ aud:', '{ scope: openid, aud:']],
      faults: [
        '16:47: error: this is a JWT with a scope, and it can be exchanged for an access token, and Google’s APIs take it as one: mint an access-token instead, or write allowTokenExchange: true, which the audit will report',
      ],
    },
    {
      title: 'target_audience among the claims',
      edits: [['{ aud:', '{ target_audience: x, aud:']],
      faults: [
        '16:47: error: this is a JWT with a target_audience, and it can be exchanged for an ID token: mint an id-token instead, or write allowTokenExchange: true, which the audit will report',
      ],
    },
    {
      title: 'a token endpoint as aud',
      edits: [['https://receiver.example.com/jwt/', 'https://oauth2.googleapis.com/token']],
      faults: [
        '16:52: error: "https://oauth2.googleapis.com/token" is a token endpoint, and it exchanges the JWT for an access token: mint an access-token instead, or write allowTokenExchange: true, which the audit will report',
      ],
    },
    {
      title: 'a Firebase custom token without its audience',
      edits: [['{ aud:', '{ uid: ada, claims: {}, aud:']],
      faults: [
        '16:47: error: this is a JWT with uid and claims, which is a Firebase custom token, and Firebase exchanges it for the session of any user: leave one of them out, or write allowTokenExchange: true, which the audit will report',
      ],
    },
    {
      title: 'sub among the claims, where exchange is allowed',
      edits: [
        ['{ aud: https://receiver.example.com/jwt/ }', '{ SUB: x }, allowTokenExchange: true'],
      ],
      faults: [
        '16:47: error: sub is always the target. With another sub, the holder of the JWT could act as a Workspace user: leave it out',
      ],
    },
    {
      title: 'a token endpoint among several',
      edits: [
        [
          'https://receiver.example.com/jwt/',
          '[https://receiver.example.com/jwt/, https://sts.googleapis.com/v1/token]',
        ],
      ],
      faults: [
        '16:88: error: "https://sts.googleapis.com/v1/token" is a token endpoint, and it exchanges the JWT for an access token: mint an access-token instead, or write allowTokenExchange: true, which the audit will report',
      ],
    },
    {
      title: 'an aud that is a number',
      edits: [['https://receiver.example.com/jwt/', '5']],
      faults: [
        '16:52: error: aud must be a text or a list of texts: write aud: https://firestore.googleapis.com/',
      ],
    },
    {
      title: 'an aud that is a list in a list',
      edits: [['https://receiver.example.com/jwt/', '[[https://oauth2.googleapis.com/token]]']],
      faults: [
        '16:52: error: aud must be a text or a list of texts: write aud: https://firestore.googleapis.com/',
      ],
    },
    {
      title: 'an aud over 2 KiB, also where exchange is allowed',
      edits: [
        [
          '{ aud: https://receiver.example.com/jwt/ }',
          `{ aud: ${'a'.repeat(2049)} }, allowTokenExchange: true`,
        ],
      ],
      faults: ['16:52: error: aud is over 2 KiB: write aud: https://firestore.googleapis.com/'],
    },
    {
      title: 'a claim that JSON cannot express',
      edits: [['{ aud:', '{ n: .inf, aud:']],
      faults: ['16:50: error: JSON cannot express this number: write it as a text in quotes'],
    },
    {
      title: 'a claim that loses digits',
      edits: [['{ aud:', '{ n: 12345678901234567890, aud:']],
      faults: ['16:50: error: a JSON number of this length loses digits: put it in quotes'],
    },
    {
      title: 'claims that are a list',
      edits: [['{ aud: https://receiver.example.com/jwt/ }', '[aud]']],
      faults: [
        '16:45: error: claims is a list: write claims: { aud: https://firestore.googleapis.com/ }',
      ],
    },
    {
      title: 'a JWT over twelve hours',
      edits: [['receiver.example.com/jwt/ }', 'receiver.example.com/jwt/ }, lifetime: 43201s']],
      faults: [
        '16:99: error: no credential from Google lasts longer than 12h: write lifetime: 12h or less',
      ],
    },
    {
      title: 'a blob with a lifetime',
      edits: [['text: release 42 }', 'text: release 42 }, lifetime: 1h']],
      faults: [
        '20:69: error: a signature has no lifetime: leave it out (Google keeps the key for 12h)',
      ],
    },
    {
      title: 'a blob with nothing in it',
      edits: [['text: release 42', 'text: ""']],
      faults: [
        '20:55: error: the payload is empty: write payload: { text: "release 42" } or { base64: … }',
      ],
    },
    {
      title: 'a blob of two payloads',
      edits: [['text: release 42', 'text: release 42, base64: AAAA']],
      faults: ['20:67: error: write text or base64, not both'],
    },
    {
      title: 'a payload without text or base64',
      edits: [['{ text: release 42 }', 'release 42']],
      faults: [
        '20:47: error: payload is a text: write payload: { text: "release 42" } or { base64: … }',
      ],
    },
    {
      title: 'a text that is not base64',
      edits: [['text: release 42', 'base64: release_42']],
      faults: ['20:57: error: this is not base64: write A–Z, a–z, 0–9, + and /, with = at the end'],
    },
    {
      title: 'a blob of 8 KiB and a byte',
      edits: [['text: release 42', `text: ${'A'.repeat(8193)}`]],
      faults: [
        '20:55: error: 8193 bytes are too many: at most 8 KiB can be signed, so sign a hash',
      ],
    },
    {
      title: 'the signing input of a JWT',
      edits: [['text: release 42', 'text: eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0']],
      faults: [
        '20:47: error: this is the signing input of a JWS, and its signature makes a JWT with any claims: sign other bytes, or write allowTokenExchange: true, which the audit will report',
      ],
    },
    {
      title: 'the string to sign of a signed URL',
      edits: [
        [
          'text: release 42',
          'text: "GOOG4-RSA-SHA256\\n20261122T120000Z\\n20261122/auto/storage/goog4_request\\n00"',
        ],
      ],
      faults: [
        '20:47: error: this is a string to sign for Cloud Storage (GOOG4), and its signature makes a URL that opens an object: sign other bytes, or write allowTokenExchange: true, which the audit will report',
      ],
    },
    {
      title: 'the same string in base64',
      edits: [['text: release 42', 'base64: R09PRzQtUlNBLVNIQTI1NgoyMDI2MTEyMlQxMjAwMDBa']],
      faults: [
        '20:47: error: this is a string to sign for Cloud Storage (GOOG4), and its signature makes a URL that opens an object: sign other bytes, or write allowTokenExchange: true, which the audit will report',
      ],
    },
  ];
  it.each(cases)('reports $title, with its place and what to write', ({ edits, faults }) => {
    expect(faultsOf(edited(edits))).toEqual(faults);
  });
});
