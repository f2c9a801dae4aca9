import { execFile } from 'node:child_process';

export type Ran = { readonly status: number; readonly told: string; readonly output: string };

/**
 * Terraform in a folder.
 *
 * @param env what it has beside the search path: nothing of the shell's reaches it
 * @throws {Error} where there is no Terraform
 */
export function terraform(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    execFile(
      'terraform',
      [...args],
      {
        cwd: directory,
        maxBuffer: 100_000_000,
        env: {
          PATH: process.env.PATH,
          HOME: directory,
          CHECKPOINT_DISABLE: '1', // it would ask for newer versions of itself
          TF_IN_AUTOMATION: '1',
          TF_CLI_ARGS: '-no-color',
          ...env,
        },
      },
      (error, stdout, stderr) => {
        if (error && error.code === 'ENOENT') {
          reject(
            new Error(
              'Terraform is not installed here: see https://developer.hashicorp.com/terraform/install',
            ),
          );
          return;
        }
        const status = error ? Number(error.code) : 0;
        resolve({ status, told: `${stdout}${stderr}`, output: stdout });
      },
    );
  });
}
