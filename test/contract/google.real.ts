import { describeCloud } from './cloud.ts';
import { openSandbox } from './sandbox.ts';

const project = process.env.HOPMINT_CONTRACT_PROJECT;

describeCloud(`Google, ${project ?? 'without a project'}`, async () => {
  if (!project) {
    throw new Error(
      'Set HOPMINT_CONTRACT_PROJECT to the ID of the project for these tests. docs/contract.md says how to create one, and what a run costs.',
    );
  }
  return openSandbox(project, undefined);
});
