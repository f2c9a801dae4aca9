import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

const Step = z.object({ id: z.string(), script: z.string().optional() });
const Build = z.object({ steps: z.array(Step) });

/** The shell script of a step of cloudbuild.yaml. */
export async function scriptOf(id: string): Promise<string> {
  const { steps } = Build.parse(parse(await readFile('cloudbuild.yaml', 'utf8')));
  const script = steps.find((step) => step.id === id)?.script;
  if (script === undefined) throw new Error(`cloudbuild.yaml has no step ${id} with a script`);
  return script;
}
