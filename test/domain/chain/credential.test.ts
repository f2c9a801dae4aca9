import { format, inspect } from 'node:util';
import { Token } from '../../../shared/domain/chain/credential.ts';

const TEXT = 'ya29.c.swordfish';

it.each([
  { title: 'as a string', shown: (token: Token) => String(token) },
  { title: 'in a template', shown: (token: Token) => `Bearer ${token}` },
  { title: 'added to a text', shown: (token: Token) => ['Bearer ', token].join('') },
  { title: 'as JSON', shown: (token: Token) => JSON.stringify({ token }) },
  { title: 'inspected', shown: (token: Token) => inspect({ token }, { showHidden: true }) },
  { title: 'formatted', shown: (token: Token) => format('%s %o %j', token, token, token) },
  { title: 'as its properties', shown: (token: Token) => JSON.stringify(Object.entries(token)) },
])('a token has no text until it is revealed: $title', ({ shown }) => {
  const token = new Token(TEXT);
  expect(shown(token)).not.toContain(TEXT);
  expect(token.reveal()).toBe(TEXT);
});
