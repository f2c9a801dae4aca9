import { requireGoogle } from '../../../shared/google/wire/destination.ts';

describe('a request with a credential', () => {
  it.each([
    'https://iamcredentials.googleapis.com/v1/x',
    'https://secretmanager.europe-west3.rep.googleapis.com',
    'http://127.0.0.1:8787/v1/x',
    'http://localhost:8787',
    'http://[::1]:8787',
  ])('may go to %s', (address) => {
    expect(() => requireGoogle(address)).not.toThrow();
  });

  it.each([
    'http://iamcredentials.googleapis.com',
    'https://iamcredentials.googleapis.com:444',
    'https://googleapis.com.example.org',
    'https://xgoogleapis.com',
    'https://example.org/.googleapis.com',
    'https://a.googleapis.com@example.org',
    'http://example.org:80',
    'http://127.0.0.1.example.org',
    'http://10.0.0.1:8787',
    'https://127.0.0.1',
    'ftp://storage.googleapis.com',
    'nowhere',
  ])('may not go to %s', (address) => {
    expect(() => requireGoogle(address)).toThrow('a credential goes to Google only');
  });
});
