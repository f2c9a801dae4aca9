import { commandsIn, lineOf } from './shell.ts';

const found = (script: string) => commandsIn(script).map(lineOf);

describe('the commands that are found in a script', () => {
  it.each([
    { title: 'one command', script: 'gcloud secrets list', commands: ['gcloud secrets list'] },
    {
      title: 'a command on two lines',
      script: 'gcloud secrets list \\\n  --limit=1',
      commands: ['gcloud secrets list --limit=1'],
    },
    {
      title: 'the commands of a pipe and a list',
      script: 'a b | c && d; e',
      commands: ['a b', 'c', 'd', 'e'],
    },
    { title: 'a command after a variable', script: 'A=1 gcloud a', commands: ['gcloud a'] },
    {
      title: 'a command after a keyword',
      script: 'if ! gcloud a; then b; fi',
      commands: ['gcloud a', 'b', 'fi'],
    },
    { title: 'a command inside another', script: 'x=$(gcloud a | b)', commands: ['gcloud a', 'b'] },
    {
      title: 'a command inside a quotation',
      script: 'echo "$(gcloud a "$B")"',
      commands: ["echo '$(gcloud a $B)'", 'gcloud a $B'],
    },
    { title: 'a comment is left out', script: '# gcloud a\nb # gcloud c', commands: ['b'] },
    {
      title: 'a word with blanks',
      script: 'a --filter=\'b="c d"\'',
      commands: ['a \'--filter=b="c d"\''],
    },
    { title: 'variables keep their names', script: 'a "$B" $C', commands: ['a $B $C'] },
    { title: 'a quotation on two lines', script: "a 'b\nc'\nd", commands: ["a 'b\nc'", 'd'] },
    { title: 'an apostrophe in a comment quotes nothing', script: "# it's\na", commands: ['a'] },
    { title: 'a redirection splits a command', script: 'a > b 2>&1', commands: ['a', 'b 2', '1'] },
  ])('are right: $title', ({ script, commands }) => {
    expect(found(script)).toEqual(commands);
  });

  it('are not guessed when a quotation has no end', () => {
    expect(() => found("a 'b\nc")).toThrow('has no end');
  });
});
