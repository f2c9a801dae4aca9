import { safeError } from '../../../shared/reader/wire/safe-error.ts';

const CREDENTIAL = 'ab/c+d~e?f>gh/IJ+KLmn0123456789/+Q==';
const bytes = Buffer.from(CREDENTIAL);
const SIGNATURE = Buffer.from(CREDENTIAL, 'base64');
const urlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_');

describe('an error of a request', () => {
  const base64 = (before: string) => Buffer.from(`${before}${CREDENTIAL} after`).toString('base64');
  const rows: { title: string; text: string; left: RegExp }[] = [
    { title: 'as it is', text: `a ${CREDENTIAL} b`, left: /^a \[redacted\] b$/ },
    {
      title: 'twice',
      text: `${CREDENTIAL}, ${CREDENTIAL}`,
      left: /^\[redacted\], \[redacted\]$/,
    },
    { title: 'without padding', text: CREDENTIAL.slice(0, -2), left: /^\[redacted\]$/ },
    { title: 'for URLs', text: urlSafe(CREDENTIAL.slice(0, -2)), left: /^\[redacted\]$/ },
    { title: 'in base64', text: base64(''), left: /^\[redacted\].{0,12}$/ },
    { title: 'in base64 after 1 byte', text: base64('x'), left: /^..\[redacted\].{0,12}$/ },
    { title: 'in base64 after 2 bytes', text: base64('xx'), left: /^...\[redacted\].{0,12}$/ },
    { title: 'in base64 for URLs', text: urlSafe(base64('x')), left: /^..\[redacted\].{0,12}$/ },
    { title: 'in hex', text: bytes.toString('hex'), left: /^\[redacted\]$/ },
    {
      title: 'in capital hex',
      text: bytes.toString('hex').toUpperCase(),
      left: /^\[redacted\]$/,
    },
    { title: 'as the hex of a signature', text: SIGNATURE.toString('hex'), left: /^\[redacted\]$/ },
    { title: 'in a URL', text: encodeURIComponent(CREDENTIAL), left: /^\[redacted\]$/ },
    {
      title: 'in a URL with small letters',
      text: encodeURIComponent(CREDENTIAL).replace(/%../g, (code) => code.toLowerCase()),
      left: /^\[redacted\]$/,
    },
    {
      title: 'in JSON that escapes slashes',
      text: CREDENTIAL.replaceAll('/', '\\/'),
      left: /^\[redacted\]$/,
    },
  ];
  it.each(rows)('shows no credential that is spelt $title', ({ text, left }) => {
    const { message } = safeError(new Error(text), [CREDENTIAL]) as Error;
    expect(message).toMatch(left);
  });

  const codes = [...CREDENTIAL].map((one) => one.charCodeAt(0));
  const each = (write: (code: string, at: number) => string) =>
    codes.map((code, at) => write(code.toString(16).padStart(2, '0'), at)).join('');
  const char = (at: number) => CREDENTIAL[at] ?? '';
  const wrap = (text: string) => Buffer.from(text).toString('base64');
  const traces: { title: string; data: unknown }[] = [
    { title: 'as percent codes', data: each((code) => `%${code}`) },
    { title: 'as capital percent codes', data: each((code) => `%${code.toUpperCase()}`) },
    { title: 'as percent codes, twice', data: each((code) => `%25${code}`) },
    { title: 'as percent codes, three times', data: each((code) => `%2525${code}`) },
    {
      title: 'partly as percent codes',
      data: each((code, at) => (at % 3 ? char(at) : `%${code}`)),
    },
    { title: 'with zero-width characters', data: [...CREDENTIAL].join('\u200b') },
    { title: 'with a zero-width character', data: CREDENTIAL.replaceAll('/', '\ufeff/') },
    { title: 'with spaces', data: [...CREDENTIAL].join(' ') },
    { title: 'in capital letters', data: CREDENTIAL.toUpperCase() },
    {
      title: 'in wide letters',
      data: each((_, at) => String.fromCharCode((codes[at] ?? 0) + 0xfee0)),
    },
    { title: 'as escapes of JSON', data: each((code) => `\\u00${code}`) },
    { title: 'as escapes of a program', data: each((code) => `\\x${code}`) },
    { title: 'as codes of HTML', data: each((code) => `&#x${code};`) },
    { title: 'as decimal codes of HTML', data: codes.map((code) => `&#${code};`).join('') },
    { title: 'with HTML tags in it', data: [...CREDENTIAL].join('<wbr>') },
    { title: 'in the colours of a terminal', data: [...CREDENTIAL].join('\u001b[31m') },
    { title: 'as in an e-mail', data: each((code) => `=${code.toUpperCase()}`) },
    { title: 'as bytes with 0x', data: each((code) => `0x${code}, `) },
    { title: 'as a list of numbers', data: codes.join(', ') },
    { title: 'as numbers', data: codes },
    { title: 'as a buffer in JSON', data: Buffer.from(CREDENTIAL).toJSON() },
    { title: 'as characters', data: [...CREDENTIAL] },
    {
      title: 'as values',
      data: Object.fromEntries([...CREDENTIAL].map((one, at) => [`k${at}`, one])),
    },
    {
      title: 'as names',
      data: Object.fromEntries([...CREDENTIAL].map((one, at) => [`${one}${'-'.repeat(at)}`, 1])),
    },
    { title: 'in base64 of base64', data: wrap(`x${wrap(CREDENTIAL)}`) },
    { title: 'in base64 of hex', data: wrap(`xx${bytes.toString('hex')}`) },
    { title: 'in hex of base64', data: Buffer.from(wrap(CREDENTIAL)).toString('hex') },
    { title: 'in lines of base64', data: wrap(CREDENTIAL).replace(/.{20}/g, '$&\r\n') },
    { title: 'in part', data: `the token ${CREDENTIAL.slice(0, -3)}… is invalid` },
  ];
  it.each(traces)('has only codes, if its text shows the credential $title', ({ data }) => {
    const response = { status: 403, data: { error: { message: data } } };
    const error = Object.assign(new TypeError('no'), { code: 'EPROTO', status: 403, response });
    const safe = safeError(error, [CREDENTIAL]) as typeof error;
    expect(safe).toBeInstanceOf(TypeError);
    expect(safe).toMatchObject({ code: 'EPROTO', status: 403, response: { status: 403 } });
    expect(safe.response.data).toBeUndefined();
    expect(safe.message).toMatch(/showed the credential$/);
    expect(safe.stack).toMatch(/^Error: .* credential\n +at /);
  });

  it('has no code that could be a credential', () => {
    const error = Object.assign(new Error(codes.join()), {
      code: CREDENTIAL.slice(0, 24),
      status: 'x'.repeat(24),
    });
    expect({ ...(safeError(error, [CREDENTIAL]) as object) }).toEqual({});
  });

  it('loses a long text, such as the body of an upload, and keeps the rest', () => {
    const error = Object.assign(new Error('no'), {
      config: { data: `${'x'.repeat(40_000)}${CREDENTIAL}` },
    });
    expect(safeError(error, [CREDENTIAL])).toMatchObject({
      message: 'no',
      config: { data: '[left out: too long]' },
    });
  });

  it('keeps text that resembles a credential but has no trace of this one', () => {
    const text = `Permission iam.serviceAccounts.getAccessToken denied on ${CREDENTIAL.slice(0, 11)}, projects/acme-ops`;
    expect(safeError(new Error(text), [CREDENTIAL])).toMatchObject({ message: text });
  });

  it('keeps its class, its cause and the circles in it', () => {
    class Refused extends TypeError {}
    const cause = new DOMException(`late ${CREDENTIAL}`, 'TimeoutError');
    const error = Object.assign(new Refused('no', { cause }), { code: 'X' as string, self: {} });
    error.self = error;
    const safe = safeError(error, [CREDENTIAL]) as typeof error;
    expect(safe).toBeInstanceOf(Refused);
    expect(safe).toMatchObject({ message: 'no', code: 'X' });
    expect(safe.self).toBe(safe);
    expect(safe.cause).toMatchObject({ name: 'TimeoutError', message: 'late [redacted]' });
  });

  it('loses every object that it does not know, because it may lead to the request', () => {
    class Socket {
      readonly sent = CREDENTIAL;
    }
    const error = Object.assign(new Error('no'), {
      socket: new Socket(),
      call: () => CREDENTIAL,
      list: new Map([['a', CREDENTIAL]]),
      bytes: Buffer.from(`x${CREDENTIAL}`),
      harmless: Buffer.from('x'),
      [CREDENTIAL]: 1,
      at: new Date(0),
    });
    const { stack: _, ...rest } = safeError(error, [CREDENTIAL]) as typeof error;
    expect(rest).toEqual({
      bytes: '[redacted]',
      harmless: Buffer.from('x'),
      at: new Date(0),
      '[redacted]': 1,
    });
  });
});
