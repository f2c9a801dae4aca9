// `eval "$(./hopmint local env)"` must never lead to a command that reaches Google with the user's own credentials. So these lines are printed
// before anything can fail, and the lines of a running local cloud replace them later. `exit` would close the user's shell without a word.
// `return` means something else in each shell. `false` alone stops only a script with `set -e` and what follows `&&`.

/**
 * gcloud, bq and gsutil stop with an error when they cannot open their configuration or the token file. A token in a variable would win over the
 * file. No local cloud can listen on port 1, and `fetch` refuses it.
 */
export const NO_GOOGLE = `unset CLOUDSDK_AUTH_ACCESS_TOKEN CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT
export CLOUDSDK_CONFIG=/dev/null/hopmint-local-env-failed
export CLOUDSDK_AUTH_ACCESS_TOKEN_FILE=/dev/null/hopmint-local-env-failed
export HOPMINT_CLOUD=http://127.0.0.1:1
`;

/** The last line after a failure: the exit code of `eval` is 1. */
export const FAILED = 'false\n';

/** What a failure says after its own message. */
export const HOW_TO_GO_ON =
  'hopmint local env: gcloud and ./hopmint stop with an error in this shell until "local env" succeeds in it\n';

/** With any other option, the command may fail before it prints the help. */
const HELP = ['local env --help', 'local env -h'];

/** Whether the output is for a shell that evaluates it. */
export const isForShell = (words: readonly string[]): boolean =>
  words.includes('local') && words.includes('env') && !HELP.includes(words.join(' '));
