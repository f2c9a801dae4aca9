import { bugFields } from '../../shared/telemetry/crash.ts';

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('The log fields of a bug', () => {
  const secret = 'ya29.swordfish';
  const rows: { title: string; thrown: unknown }[] = [
    { title: 'the text that JSON.parse quotes', thrown: thrownBy(() => JSON.parse(secret)) },
    { title: 'its cause', thrown: new Error('no', { cause: new Error(secret) }) },
    {
      title: 'a message that looks like a place',
      thrown: new Error(`no\n    at ${secret} (file.ts:1:1)`),
    },
    {
      title: 'a name that was assigned',
      thrown: Object.assign(new Error('no'), { name: `Error: ${secret}` }),
    },
    {
      title: 'a stack that was overwritten',
      thrown: Object.assign(new Error('no'), { stack: secret }),
    },
    { title: 'a thrown value that is not an error', thrown: secret },
  ];
  it.each(rows)('do not contain $title', ({ thrown }) => {
    expect(JSON.stringify(bugFields(thrown))).not.toContain('swordfish');
  });

  it('contain the place, in the form that Error Reporting reads', () => {
    const { event, stack_trace } = bugFields(thrownBy(() => JSON.parse('{')));
    expect(event).toBe('crashed');
    expect(stack_trace).toMatch(/^SyntaxError: a bug\n {4}at JSON\.parse .+\n {4}at .*crash\.test/);
  });
});
