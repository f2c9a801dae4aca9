import { type Backoff, withBackoff } from '../../../shared/domain/basics/backoff.ts';
import {
  CredentialFileError,
  checkCredentialFile,
} from '../../../shared/domain/basics/credential-file.ts';
import { proxyExemptions } from '../../../shared/domain/basics/loopback.ts';

/** A clock that moves only while somebody waits, and the waits so far. */
function simulated(random = 0.5) {
  const waitedMs: number[] = [];
  return {
    waitedMs,
    waits: {
      elapsedMs: () => waitedMs.reduce((sum, ms) => sum + ms, 0),
      wait: async (ms: number, signal: AbortSignal) => {
        signal.throwIfAborted();
        waitedMs.push(ms);
      },
      random: () => random,
    },
  };
}
const never = new AbortController().signal;
const succeedsAt = (attempt: number) => {
  let made = 0;
  return async () => ++made >= attempt;
};
const isTrue = (result: boolean) => result;

describe('a back-off', () => {
  const backoff: Backoff = { firstWaitMs: 100, longestWaitMs: 400 };

  it('does not wait after a result that is final', async () => {
    const { waits, waitedMs } = simulated();
    expect(await withBackoff(succeedsAt(1), isTrue, backoff, never, waits)).toBe(true);
    expect(waitedMs).toEqual([]);
  });

  it('doubles the wait up to the longest one', async () => {
    const { waits, waitedMs } = simulated();
    expect(await withBackoff(succeedsAt(6), isTrue, backoff, never, waits)).toBe(true);
    expect(waitedMs).toEqual([100, 200, 400, 400, 400]);
  });

  it.each([
    { title: 'half', random: 0, ms: 50 },
    { title: 'one and a half', random: 0.99, ms: 149 },
  ])('waits $title of it at the extreme', async ({ random, ms }) => {
    const { waits, waitedMs } = simulated(random);
    await withBackoff(succeedsAt(2), isTrue, backoff, never, waits);
    expect(waitedMs).toEqual([ms]);
  });

  it('returns the last result after the largest number of attempts', async () => {
    const { waits, waitedMs } = simulated();
    const three = { ...backoff, attempts: 3 };
    expect(await withBackoff(succeedsAt(4), isTrue, three, never, waits)).toBe(false);
    expect(waitedMs).toEqual([100, 200]);
  });

  it('starts no attempt after its time is over', async () => {
    const { waits, waitedMs } = simulated();
    const second = { ...backoff, forMs: 1000 };
    expect(await withBackoff(succeedsAt(9), isTrue, second, never, waits)).toBe(false);
    expect(waitedMs).toEqual([100, 200, 400]);
  });

  it('makes no other attempt after its signal aborts during one', async () => {
    const { waits, waitedMs } = simulated();
    const abort = new AbortController();
    let made = 0;
    const attempt = async () => {
      if (++made === 2) abort.abort();
      return made;
    };
    expect(await withBackoff(attempt, () => false, backoff, abort.signal, waits)).toBe(2);
    expect(waitedMs).toEqual([100]);
  });

  it('makes no other attempt after its signal aborts during a wait', async () => {
    const { waits } = simulated();
    const abort = new AbortController();
    const wait = async () => {
      abort.abort();
      abort.signal.throwIfAborted();
    };
    let made = 0;
    const attempt = async () => ++made;
    const waiting = { ...waits, wait };
    expect(await withBackoff(attempt, () => false, backoff, abort.signal, waiting)).toBe(1);
  });
});

const EXTERNAL = {
  type: 'external_account',
  audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: 'https://sts.googleapis.com/v1/token',
  service_account_impersonation_url:
    'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@p.iam.gserviceaccount.com:generateAccessToken',
  credential_source: { url: 'http://169.254.169.254/token', headers: { metadata: 'true' } },
};
const KEY = {
  type: 'service_account',
  client_email: 'a@p.iam.gserviceaccount.com',
  private_key: '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n',
  auth_uri: 'https://accounts.google.com/o/oauth2/auth',
  token_uri: 'https://oauth2.googleapis.com/token',
  client_x509_cert_url: 'https://www.googleapis.com/robot/v1/metadata/x509/a',
  universe_domain: 'googleapis.com',
};
const USER = { type: 'authorized_user', client_id: '1.apps.googleusercontent.com' };
const IMPERSONATED = { type: 'impersonated_service_account', source_credentials: USER };

describe('the file of an identity', () => {
  it.each([
    { what: 'no file', file: null },
    { what: 'a workload identity federation', file: EXTERNAL },
    {
      what: 'a federation with client certificates',
      file: { ...EXTERNAL, token_url: 'https://sts.mtls.googleapis.com/v1/token' },
    },
    {
      what: 'a federation in one region',
      file: { ...EXTERNAL, token_url: 'https://sts.europe-west3.rep.googleapis.com/v1/token' },
    },
    { what: 'a key', file: KEY },
    { what: 'a person', file: USER },
    { what: 'an impersonated account', file: IMPERSONATED },
    {
      what: 'an impersonation by a federation',
      file: { ...IMPERSONATED, source_credentials: EXTERNAL },
    },
  ])('may be $what', ({ file }) => {
    expect(() => checkCredentialFile(file)).not.toThrow();
  });

  it.each([
    { field: 'token_url', value: 'http://127.0.0.1:18099/token', origin: 'http://127.0.0.1:18099' },
    {
      field: 'token_url',
      value: 'http://sts.googleapis.com/v1',
      origin: 'http://sts.googleapis.com',
    },
    {
      field: 'token_url',
      value: 'https://sts.googleapis.com:444',
      origin: 'https://sts.googleapis.com:444',
    },
    { field: 'token_url', value: ' ht\ntps:\\\\example.org', origin: 'https://example.org' },
    {
      field: 'token_url',
      value: 'https://sts.googleapis.com@example.org',
      origin: 'https://example.org',
    },
    {
      field: 'token_url',
      value: 'https://storage.googleapis.com/upload/storage/v1/b/anybody/o?name=x',
      origin: 'https://storage.googleapis.com',
    },
    {
      field: 'token_url',
      value: 'https://sts.storage.googleapis.com/x',
      origin: 'https://sts.storage.googleapis.com',
    },
    { field: 'tokenUrl', value: 'https://example.org', origin: 'https://example.org' },
    {
      field: 'service_account_impersonation_url',
      value: 'https://example.org/serviceAccounts/a:generateAccessToken',
      origin: 'https://example.org',
    },
    { field: 'endpoint', value: 'https://example.org', origin: 'https://example.org' },
    { field: 'endpoint', value: 'http:', origin: 'http://x' },
  ])('may not have $value as its $field', ({ field, value, origin }) => {
    const message = `the file of your Google identity: ${field} names ${origin}, but a credential goes over https to Google only`;
    const file = { ...EXTERNAL, [field]: value };
    expect(() => checkCredentialFile(file)).toThrow(new CredentialFileError(message));
    const nested = { ...IMPERSONATED, source_credentials: file };
    expect(() => checkCredentialFile(nested)).toThrow(new CredentialFileError(message));
  });

  it.each([
    { what: 'another universe', file: { ...USER, universe_domain: 'example.org' } },
    { what: 'another universe, in the other spelling', file: { ...KEY, universeDomain: 'x' } },
    { what: 'the options of a transporter', file: { ...IMPERSONATED, transporterOptions: {} } },
    {
      what: 'an identity of another cloud',
      file: { type: 'gdch_service_account', token_uri: 'https://example.org' },
    },
  ])('may not have $what', ({ file }) => {
    expect(() => checkCredentialFile(file)).toThrow(CredentialFileError);
  });

  it('is refused with a message that contains no credential of it', () => {
    const file = { 'ya29.a b': 'https://ya29.user:ya29.password@example.org/ya29.path?ya29.query' };
    expect(() => checkCredentialFile(file)).toThrow(
      'the file of your Google identity: a field names https://example.org, but',
    );
  });
});

const HOSTS = '127.0.0.1,localhost,[::1],::1,169.254.169.254,metadata.google.internal';

describe('the exemptions from a proxy', () => {
  it.each([
    { situation: 'no proxy is set', env: { PATH: '/bin' }, expected: {} },
    {
      situation: 'a proxy is set',
      env: { HTTPS_PROXY: 'http://proxy:3128' },
      expected: { NO_PROXY: HOSTS, no_proxy: HOSTS },
    },
    {
      situation: 'the user has exemptions of their own',
      env: { http_proxy: 'http://proxy:3128', NO_PROXY: 'a.example', no_proxy: 'b.example' },
      expected: {
        NO_PROXY: `a.example,b.example,${HOSTS}`,
        no_proxy: `a.example,b.example,${HOSTS}`,
      },
    },
  ])('are right when $situation', ({ env, expected }) => {
    expect(proxyExemptions(env)).toEqual(expected);
  });
});
