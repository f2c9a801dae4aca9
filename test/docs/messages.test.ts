import { filesNamed, textOf } from './markdown.ts';

const SOURCES = filesNamed('cli/*.ts', 'shared/*.ts').map(textOf).join('\n');

/** The first column of the table of messages. */
const messagesOfPlan = (): string[] => {
  const [, section = ''] = textOf('docs/plan-and-apply.md').split('\n## When it says …\n');
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, message = '']) => message);
};
/** The headings that quote a message. */
const messagesOfTerminal = (): string[] => {
  const [, section = ''] = textOf('docs/troubleshooting.md').split('\n## On the command line\n');
  return [...section.matchAll(/^### `([^`]+)`$/gm)].map(([, message = '']) => message);
};

/** In the code, names and numbers of an example are `${…}`. */
const asWritten = (message: string): RegExp =>
  new RegExp(
    message
      .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll(/(?:constraints\/)?iam\\[\w.\\]+|\d+h?|…/g, '(?:constraints/)?\\$\\{[^}]+\\}'),
  );

describe('the messages that the documentation quotes', () => {
  it.each([...messagesOfPlan(), ...messagesOfTerminal()])('exist in the code: %s', (message) => {
    expect(asWritten(message).test(SOURCES)).toBe(true);
  });

  it('are found on both pages', () => {
    expect(messagesOfPlan().length).toBeGreaterThan(7);
    expect(messagesOfTerminal().length).toBeGreaterThan(0);
  });

  it('may have a value where the code has an expression, and no other difference', () => {
    const code = 'it lives for $' + '{formatDuration(ttl)}, and no longer';
    expect(asWritten('it lives for 24h, and no longer').test(code)).toBe(true);
    expect(asWritten('it lasts for 24h, and no longer').test(code)).toBe(false);
  });
});
