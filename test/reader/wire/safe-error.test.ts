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
