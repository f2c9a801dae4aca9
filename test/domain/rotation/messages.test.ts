import { parseMintRequest, parseTick } from '../../../shared/domain/rotation/messages.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('parseTick', () => {
  const good: { title: string; data: string; expected: object }[] = [
    { title: 'reads an empty text as a plain tick', data: '', expected: { force: false } },
    { title: 'reads {} as a plain tick', data: '{}', expected: { force: false } },
    { title: 'reads names', data: '{"only":["a"]}', expected: { only: ['a'], force: false } },
    {
      title: 'reads forced names',
      data: '{"only":["a"],"force":true}',
      expected: { only: ['a'], force: true },
    },
  ];
  it.each(good)('$title', ({ data, expected }) => {
    expect(parseTick(base64(data))).toEqual({ ok: true, value: expected });
  });

  const bad: { title: string; data: string }[] = [
    { title: 'text', data: 'now!' },
    { title: 'a list', data: '[]' },
    { title: 'null', data: 'null' },
    { title: 'an unknown key', data: '{"chain":"a"}' },
    { title: 'names that are not a list', data: '{"only":"a"}' },
    { title: 'no names', data: '{"only":[]}' },
    { title: 'a force that is not a boolean', data: '{"force":"yes"}' },
  ];
  it.each(bad)('refuses $title', ({ data }) => {
    expect(parseTick(base64(data))).toMatchObject({
      ok: false,
      error: { reason: 'message-malformed' },
    });
  });
});

describe('parseMintRequest', () => {
  const request = {
    chain: 'billing-export',
    definition: {},
    digest: 'a'.repeat(64),
    replaces: 3,
    notAfter: '2026-11-22T12:02:00.000Z',
    forcedAt: '2026-11-22T11:59:59.000Z',
    correlationId: '17',
  };

  it('reads what fanout publishes', () => {
    expect(parseMintRequest(base64(JSON.stringify(request)))).toEqual({
      ok: true,
      value: {
        ...request,
        notAfter: new Date(request.notAfter),
        forcedAt: new Date(request.forcedAt),
      },
    });
  });

  it('names the faults of a malformed request, and no part of its text', () => {
    const malformed = { ...request, digest: 'ya29.secret', replaces: -1, token: 'ya29.secret' };
    const parsed = parseMintRequest(base64(JSON.stringify(malformed)));
    expect(parsed).toMatchObject({ ok: false, error: { reason: 'message-malformed' } });
    expect(JSON.stringify(parsed)).toMatch(/digest.*replaces/);
    expect(JSON.stringify(parsed)).not.toMatch(/ya29/);
  });
});
