import { describeCloud } from './cloud.ts';
import { openSandbox } from './sandbox.ts';

const project = process.env.HOPMINT_CONTRACT_PROJECT;

describeCloud(`Google, ${project ?? 'no project named'}`, async () => {
  if (!project) {
    throw new Error(
      'Name the project that was made for it, HOPMINT_CONTRACT_PROJECT: docs/contract.md says what to create, and what it costs.',
    );
  }
  return openSandbox(project, undefined);
});
