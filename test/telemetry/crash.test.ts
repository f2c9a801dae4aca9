import { inspect } from 'node:util';
import { bugFields, Told } from '../../shared/telemetry/crash.ts';

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('What is told of a bug', () => {
  const secret = 'ya29.swordfish';
  const rows: [title: string, thrown: unknown][] = [
    ['the text that JSON.parse quotes', thrownBy(() => JSON.parse(secret))],
    ['its cause', new Error('no', { cause: new Error(secret) })],
    ['words that look like a place', new Error(`no\n    at ${secret} (file.ts:1:1)`)],
    ['a name that it was given', Object.assign(new Error('no'), { name: `Error: ${secret}` })],
    ['a stack that was written over', Object.assign(new Error('no'), { stack: secret })],
    ['what is thrown and is no error', secret],
  ];
  it.each(rows)('is not %s', (_title, thrown) => {
    expect(JSON.stringify(bugFields(thrown))).not.toContain('swordfish');
  });

  it('is where it is, as Error Reporting reads it', () => {
    const { event, stack_trace } = bugFields(thrownBy(() => JSON.parse('{')));
    expect(event).toBe('crashed');
    expect(stack_trace).toMatch(/^SyntaxError: a bug\n {4}at JSON\.parse .+\n {4}at .*crash\.test/);
  });
});

describe('What was told', () => {
  it('has no stack, which the framework would print', () => {
    const { stack } = new Told('crashed');
    expect(stack).not.toMatch(/\n|crashed/);
    expect(inspect(new Told('crashed'))).not.toMatch(/ at /);
  });
});
