import { commandsIn, lineOf } from './shell.ts';

const found = (script: string) => commandsIn(script).map(lineOf);

describe('the commands that are found in a script', () => {
  it.each([
    ['one command', 'gcloud secrets list', ['gcloud secrets list']],
    [
      'a command on two lines',
      'gcloud secrets list \\\n  --limit=1',
      ['gcloud secrets list --limit=1'],
    ],
    ['the commands of a pipe and a list', 'a b | c && d; e', ['a b', 'c', 'd', 'e']],
    ['a command after a variable', 'A=1 gcloud a', ['gcloud a']],
    ['a command after a keyword', 'if ! gcloud a; then b; fi', ['gcloud a', 'b', 'fi']],
    ['a command inside another', 'x=$(gcloud a | b)', ['gcloud a', 'b']],
    [
      'a command inside a quotation',
      'echo "$(gcloud a "$B")"',
      ["echo '$(gcloud a $B)'", 'gcloud a $B'],
    ],
    ['a comment is left out', '# gcloud a\nb # gcloud c', ['b']],
    ['a word with blanks', 'a --filter=\'b="c d"\'', ['a \'--filter=b="c d"\'']],
    ['variables keep their names', 'a "$B" $C', ['a $B $C']],
    ['a quotation on two lines', "a 'b\nc'\nd", ["a 'b\nc'", 'd']],
    ['an apostrophe in a comment quotes nothing', "# it's\na", ['a']],
    ['a redirection splits a command', 'a > b 2>&1', ['a', 'b 2', '1']],
  ])('are right: %s', (_title, script, commands) => {
    expect(found(script)).toEqual(commands);
  });

  it('are not guessed when a quotation has no end', () => {
    expect(() => found("a 'b\nc")).toThrow('has no end');
  });
});
