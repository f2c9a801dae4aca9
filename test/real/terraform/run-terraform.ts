import { execFile } from 'node:child_process';

export type TerraformRun = {
  readonly status: number;
  readonly stdout: string;
  /** Standard output, then standard error. */
  readonly text: string;
};

/**
 * Runs Terraform in a folder.
 *
 * @param env further variables: Terraform gets the search path, and nothing else of the shell's environment
 * @throws {Error} when Terraform is not installed
 */
export function runTerraform(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<TerraformRun> {
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
          CHECKPOINT_DISABLE: '1', // no request for newer versions of Terraform
          TF_IN_AUTOMATION: '1',
          TF_CLI_ARGS: '-no-color',
          ...env,
        },
      },
      (error, stdout, stderr) => {
        if (error && error.code === 'ENOENT') {
          reject(
            new Error(
              'Terraform is not installed: https://developer.hashicorp.com/terraform/install',
            ),
          );
          return;
        }
        const status = error ? Number(error.code) : 0;
        resolve({ status, stdout, text: `${stdout}${stderr}` });
      },
    );
  });
}
