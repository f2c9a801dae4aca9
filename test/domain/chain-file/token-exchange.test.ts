import {
  exchangeOf,
  isTokenEndpoint,
} from '../../../shared/domain/chain-file/checks/token-exchange.ts';

describe('a token endpoint of Google', () => {
  const endpoints = [
    'https://oauth2.googleapis.com/token',
    'https://oauth2.mtls.googleapis.com/token',
    'https://oauth2.europe-west1.rep.googleapis.com/token',
    'https://www.googleapis.com/oauth2/v3/token',
    'https://www.googleapis.com/oauth2/v4/token',
    'https://www.mtls.googleapis.com/oauth2/v4/token',
    'https://accounts.google.com/o/oauth2/token',
    'https://accounts.google.com/o/oauth2/v2/token',
    'https://sts.googleapis.com/v1/token',
    'https://sts.mtls.googleapis.com/v1/token',
    'https://sts.us-east1.rep.googleapis.com/v1/token',
    'HTTPS://OAuth2.GoogleAPIs.com/TOKEN',
    'https://www.googleapis.com/OAuth2/v4/Token',
    'https://oauth2.googleapis.com/token/',
    'https://oauth2.googleapis.com/token?x=y#z',
    'https://oauth2.googleapis.com:443/token',
    'https://oauth2.googleapis.com./token',
    'https://ada@oauth2.googleapis.com/token',
    'http://oauth2.googleapis.com/token',
    'oauth2.googleapis.com/token',
    '//oauth2.googleapis.com/token',
    '  https://oauth2.googleapis.com/token\n',
    'https://oauth2.googleapis.com',
  ];
  it.each(endpoints)('is %j', (audience) => {
    expect(isTokenEndpoint(audience)).toBe(true);
  });

  const others = [
    'https://firestore.googleapis.com/',
    'https://www.googleapis.com/storage/v1/',
    'https://www.googleapis.com/oauth2.html',
    'https://accounts.google.com',
    'https://oauth2.googleapis.com.example.com/token',
    'https://oauth2.example.com/token',
    'https://example.com/?u=https://oauth2.googleapis.com/token',
    '32555940559.apps.googleusercontent.com',
    'urn:example:oauth2',
    '',
    'https://',
  ];
  it.each(others)('is not %j', (audience) => {
    expect(isTokenEndpoint(audience)).toBe(false);
  });
});

describe('a signature can be traded in when it is over', () => {
  const base64url = (text: string) => Buffer.from(text).toString('base64url');
  const header = base64url('{"alg":"RS256","typ":"JWT"}');
  const policy = JSON.stringify({ expiration: '2027-01-01T00:00:00Z', conditions: [] });
  const traded: { title: string; text: string }[] = [
    { title: 'the input of a JWT', text: `${header}.${base64url('{"iss":"x"}')}` },
    { title: 'the input of a JWS without a payload', text: `${header}.` },
    {
      title: 'the input of a JWS whose header has spaces',
      text: `${base64url(' { "alg" : "RS256" }')}.e30`,
    },
    { title: 'the input of a JWS with an unencoded payload', text: `${header}.{"iss": "x"}` },
    {
      title: 'the input of a JWS with padding',
      text: `${Buffer.from('{"alg":"RS256"}').toString('base64')}.e30=`,
    },
    { title: 'a V4 string to sign', text: 'GOOG4-RSA-SHA256\n20261122T120000Z\nscope\nhash' },
    { title: 'a V2 string to sign', text: 'GET\n\n\n1388534400\n/bucket/object' },
    {
      title: 'a V2 string to sign with a type',
      text: 'PUT\nrmYdCNHKFXam78uCt7xQLw==\ntext/plain\n1388534400\n/b/o',
    },
    { title: 'a policy document', text: Buffer.from(policy).toString('base64') },
  ];
  it.each(traded)('$title', ({ text }) => {
    expect(exchangeOf(Buffer.from(text))).toMatch(/its signature/);
  });

  const kept: { title: string; bytes: Buffer }[] = [
    { title: 'a sentence', bytes: Buffer.from('release 42') },
    { title: 'a version', bytes: Buffer.from('1.2.3') },
    { title: 'a host name', bytes: Buffer.from('www.example.com') },
    { title: 'JSON', bytes: Buffer.from('{"release": 42.0}') },
    {
      title: 'JSON in base64',
      bytes: Buffer.from(Buffer.from('{"release": 42}').toString('base64')),
    },
    { title: 'a number before a dot', bytes: Buffer.from(`${base64url('42')}.e30`) },
    { title: 'a request line', bytes: Buffer.from('GET /bucket/object HTTP/1.1\n\n') },
    { title: 'any bytes', bytes: Buffer.from([0, 255, 46, 10, 13]) },
  ];
  it.each(kept)('but not over $title', ({ bytes }) => {
    expect(exchangeOf(bytes)).toBeUndefined();
  });
});
