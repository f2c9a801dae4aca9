import { proxyExemptions } from '../../../shared/domain/basics/loopback.ts';

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
